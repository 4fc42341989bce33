"""Makes recipes.json: what scikit-learn and implicit answer on the rows of Fixture.swift, for the recipes' tests.

pip install numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 implicit==0.7.3
OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python make_vectors.py > recipes.json
"""
import json
import sys
import warnings

import implicit
import numpy as np
import scipy.sparse
import sklearn
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import log_loss

warnings.filterwarnings("ignore")


def numbers(count, seed):
    state, result = seed, []
    for _ in range(count):
        state = (state * 1103515245 + 12345) % 2147483648
        result.append(state / 2147483648)
    return np.array(result)


def fixture():
    x = (numbers(360, 1) * 4 - 2).reshape(90, 4)
    noise = numbers(90, 7)
    labels = []
    for row in range(90):
        a = x[row]
        clean = 0 if a[0] + 0.5 * a[1] > 0.4 else 1 if a[2] - a[3] > 0 else 2
        labels.append((clean + 1) % 3 if row % 7 == 0 else clean)
    targets = x[:, 0] - 2 * x[:, 1] + 0.5 * x[:, 2] + 3 + noise
    return x, np.array(labels), targets


def lists(a):
    return np.asarray(a, dtype=np.float64).ravel().tolist()


x, labels, targets = fixture()

# Lloyd's iterations from the first five rows; one far-off start centre stays empty and is moved to the furthest row.
kmeans = KMeans(5, init=x[:5], n_init=1, algorithm="lloyd", tol=0, max_iter=300).fit(x)
start = x[:5].copy()
start[4] = 100
emptied = KMeans(5, init=start, n_init=1, algorithm="lloyd", tol=0, max_iter=300).fit(x)
batches = MiniBatchKMeans(5, init=x[:5], n_init=1, reassignment_ratio=0, batch_size=30)
for first in (0, 30, 60):
    batches.partial_fit(x[first:first + 30])

# 24 users x 15 items, with user 5 and item 7 empty.
u = numbers(24 * 15, 11).reshape(24, 15)
r = np.where(u > 0.7, np.floor(u * 10) - 6, 0.0)
r[5, :] = 0
r[:, 7] = 0
items = (numbers(15 * 4, 13).reshape(15, 4) - 0.5) * 0.2
als = implicit.als.AlternatingLeastSquares(
    factors=4, regularization=0.1, dtype=np.float64, use_cg=False, use_gpu=False, iterations=5, num_threads=1, random_state=0)
als.user_factors = np.zeros((24, 4))
als.item_factors = items.copy()
confidence = r.copy()
confidence[r > 0] = 1 + 2 * r[r > 0]
als.fit(scipy.sparse.csr_matrix(confidence), show_progress=False)
full = np.where(r > 0, 1 + 2 * r, 1)
objective = (full * ((r > 0) - als.user_factors @ als.item_factors.T) ** 2).sum() + 0.1 * (
    (als.user_factors ** 2).sum() + (als.item_factors ** 2).sum())
recommended, _ = als.recommend(np.arange(24), scipy.sparse.csr_matrix(r), N=3, filter_already_liked_items=True)

# Explicit feedback: each step is a ridge regression without intercept.
rows, y = np.zeros((24, 4)), items.copy()
for _ in range(5):
    for user in range(24):
        seen = r[user] > 0
        rows[user] = Ridge(alpha=0.1, fit_intercept=False).fit(y[seen], r[user][seen]).coef_ if seen.any() else 0
    for item in range(15):
        seen = r[:, item] > 0
        y[item] = Ridge(alpha=0.1, fit_intercept=False).fit(rows[seen], r[:, item][seen]).coef_ if seen.any() else 0

# Cross-validation with fold = row % 5, so that each fit has 72 rows.
penalties, losses = [1, 0.1, 0.01, 0.001], []
for l2 in penalties:
    each = []
    for fold in range(5):
        held = np.arange(90) % 5 == fold
        model = LogisticRegression(C=1 / (l2 * 72), tol=1e-12, max_iter=10_000).fit(x[~held], labels[~held])
        each.append(log_loss(labels[held], model.predict_proba(x[held]), labels=[0, 1, 2]))
    losses.append(np.mean(each))

ridge = Ridge(alpha=2).fit(x, targets)
importance = permutation_importance(ridge, x, targets, scoring="neg_mean_squared_error", n_repeats=4000, random_state=0)

json.dump({
    "versions": {"scikit-learn": sklearn.__version__, "implicit": implicit.__version__, "numpy": np.__version__},
    "kmeans": {"centers": lists(kmeans.cluster_centers_), "inertia": kmeans.inertia_, "iterations": kmeans.n_iter_,
               "assignments": kmeans.labels_.tolist()},
    "emptied": {"centers": lists(emptied.cluster_centers_), "inertia": emptied.inertia_, "iterations": emptied.n_iter_,
                "assignments": emptied.labels_.tolist()},
    "batches": {"centers": lists(batches.cluster_centers_), "counts": batches._counts.astype(int).tolist()},
    "implicit": {"scores": lists(als.user_factors @ als.item_factors.T), "objective": float(objective),
                 "recommended": recommended.tolist()},
    "explicit": {"scores": lists(rows @ y.T)},
    "transfer": {"penalties": penalties, "losses": lists(losses)},
    "permutation": {"means": lists(importance.importances_mean), "deviations": lists(importance.importances_std)},
}, sys.stdout, indent=1)
