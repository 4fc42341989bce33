"""Makes recipes.json: what scikit-learn, XGBoost and Pillow answer on made-up rows, for the tests of the recipes.

pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 xgboost-cpu==3.2.0 pillow==13.0.0
OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python make_vectors.py > recipes.json
"""
import json
import sys
import warnings

import numpy as np
import xgboost
from PIL import Image
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

warnings.filterwarnings("ignore")
MISSING = -999.0
ROWS, TRAIN = 240, 180
L2, ALPHA = 0.01, 2.0


def table():
    """Three numbers of which some are missing, and a colour; the last rows are held out and have a colour that is not in the others."""
    random = np.random.default_rng(11)
    numbers = np.round(random.normal(size=(ROWS, 3)) * [1, 10, 0.1] + [0, 50, 1], 4).astype(np.float32)
    colours = random.choice(["red", "green", "blue", "grün"], size=ROWS, p=[0.4, 0.3, 0.2, 0.1])
    score = numbers[:, 0] + (numbers[:, 1] - 50) / 10 + (colours == "red") * 1.5 - (colours == "blue")
    labels = np.digitize(score + random.normal(size=ROWS) * 0.3, [-0.7, 1.0])
    targets = np.round(score * 2 + numbers[:, 2] + random.normal(size=ROWS) * 0.2, 4)
    numbers[random.random(numbers.shape) < 0.08] = MISSING
    colours[ROWS - 5:] = "violet"
    return numbers, colours, labels, targets


def features(numbers, colours):
    encoder = ColumnTransformer([
        ("numbers", SimpleImputer(missing_values=MISSING, strategy="mean"), [0, 1, 2]),
        ("colours", OneHotEncoder(handle_unknown="ignore", sparse_output=False), [3]),
    ])
    rows = np.empty((len(numbers), 4), dtype=object)
    rows[:, :3], rows[:, 3] = numbers, colours
    return encoder.fit(rows[:TRAIN]), rows


def main():
    numbers, colours, labels, targets = table()
    encoder, rows = features(numbers, colours)
    x = encoder.transform(rows).astype(np.float64)
    train, held = x[:TRAIN], x[TRAIN:]
    softmax = make_pipeline(StandardScaler(), LogisticRegression(C=1 / (L2 * TRAIN), tol=1e-10, max_iter=10_000))
    softmax.fit(train, labels[:TRAIN])
    ridge = make_pipeline(StandardScaler(), Ridge(alpha=ALPHA)).fit(train, targets[:TRAIN])
    options = {"tree_method": "hist", "nthread": 1, "seed": 3, "eta": 0.3, "max_depth": 4, "subsample": 0.8, "colsample_bytree": 0.8}
    raw = x.astype(np.float32)
    classes = xgboost.train(
        options | {"objective": "multi:softprob", "num_class": 3}, xgboost.DMatrix(raw[:TRAIN], labels[:TRAIN]), 12)
    two = xgboost.train(options | {"objective": "binary:logistic"}, xgboost.DMatrix(raw[:TRAIN], labels[:TRAIN] == 1), 12)
    number = xgboost.train(options | {"objective": "reg:squarederror"}, xgboost.DMatrix(raw[:TRAIN], targets[:TRAIN]), 12)
    texts = ["a b a", "the quick  brown fox", "", " x ", "Grüße aus Köln", "a a a b", "fox the"]
    vectors = HashingVectorizer(
        n_features=32, ngram_range=(1, 2), alternate_sign=False, norm="l2", lowercase=False, token_pattern=r"\S+").transform(texts)
    picture = np.random.default_rng(5).integers(0, 256, size=(12, 10, 3), dtype=np.uint8)
    resized = np.stack([
        np.asarray(Image.fromarray(picture[:, :, c].astype(np.float32)).resize((4, 5), Image.Resampling.BILINEAR)) for c in range(3)])
    json.dump({
        "versions": {"xgboost": xgboost.__version__},
        "table": {
            "train": TRAIN, "missing": MISSING, "numbers": numbers.astype(float).round(4).ravel().tolist(), "colours": colours.tolist(),
            "labels": labels.tolist(), "targets": targets.tolist(),
            "features": [float(v) for v in x.ravel()],
        },
        "softmax": {"l2": L2, "probabilities": softmax.predict_proba(held).ravel().tolist()},
        "ridge": {"alpha": ALPHA, "predictions": ridge.predict(held).tolist()},
        "trees": {
            "classes": classes.predict(xgboost.DMatrix(raw[TRAIN:])).ravel().tolist(),
            "two": two.predict(xgboost.DMatrix(raw[TRAIN:])).tolist(),
            "number": number.predict(xgboost.DMatrix(raw[TRAIN:])).tolist(),
        },
        "texts": {"texts": texts, "buckets": 32, "features": vectors.toarray().ravel().tolist()},
        "image": {"pixels": picture.ravel().tolist(), "resized": resized.ravel().tolist()},
    }, sys.stdout, default=float)
    print()


main()
