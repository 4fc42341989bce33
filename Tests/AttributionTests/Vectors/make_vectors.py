"""Makes attributions.json: models of scikit-learn and XGBoost as ONNX files, and the Shapley values that the public `shap` package gives.

pip install shap==0.51.0 scikit-learn==1.9.1 xgboost==3.2.0 skl2onnx==1.20.0 onnxmltools==1.16.0 onnx==1.23.2
python make_vectors.py > attributions.json
"""
import base64
import json
import sys
import warnings

import numpy as np
import onnx
import onnxmltools
import shap
import skl2onnx
import xgboost
from onnxmltools.convert.common.data_types import FloatTensorType as XGBFloatTensorType
from skl2onnx.common.data_types import FloatTensorType
from sklearn.datasets import load_diabetes, load_iris, make_classification
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
cases = []


def f32(x):
    return np.asarray(x, dtype=np.float32).astype(np.float64)


def export(model, width):
    options = {id(model): {"zipmap": False}} if hasattr(model, "classes_") else {}
    return skl2onnx.convert_sklearn(model, initial_types=[("x", FloatTensorType([None, width]))], options=options, target_opset={"": 17, "ai.onnx.ml": 3})


def with_covers(model, covers):
    """Writes the rows that came to each node where the format has a place for them; converters leave ones there."""
    for node in model.graph.node:
        if node.op_type.startswith("TreeEnsemble"):
            count = len(next(a for a in node.attribute if a.name == "nodes_values").floats)
            assert count == len(covers), (count, len(covers))
            for a in list(node.attribute):
                if a.name == "nodes_hitrates":
                    node.attribute.remove(a)
            node.attribute.append(onnx.helper.make_attribute("nodes_hitrates", [float(c) for c in covers]))
    return model


def add(name, model, output, target, method, rows, background, base, values):
    cases.append({
        "name": name, "model": base64.b64encode(model.SerializeToString()).decode(), "output": output, "target": target, "method": method,
        "rows": np.asarray(rows, dtype=np.float64).tolist(),
        "background": None if background is None else np.asarray(background, dtype=np.float64).tolist(),
        "base": float(np.ravel(base)[0]), "values": np.asarray(values, dtype=np.float64).tolist()})


iris = load_iris()
X, y = f32(iris.data), iris.target

scaled = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, y)
z = scaled[0].transform(X)
e = shap.LinearExplainer(scaled[1], shap.maskers.Independent(z[:10], max_samples=10))
values = e.shap_values(z[[0, 60, 120]])
add("scaled multinomial logistic regression", export(scaled, 4), "probabilities", 2, "linear", X[[0, 60, 120]], X[:10], e.expected_value[2], values[:, :, 2])

binary = LogisticRegression().fit(X[:100], y[:100])
e = shap.LinearExplainer(binary, shap.maskers.Independent(X[40:60], max_samples=20))
add("binary logistic regression", export(binary, 4), "probabilities", 1, "linear", X[[3, 70]], X[40:60], e.expected_value, e.shap_values(X[[3, 70]]))

diabetes = load_diabetes()
D, t = f32(diabetes.data), diabetes.target
ridge = Ridge(alpha=0.1).fit(D, t)
e = shap.LinearExplainer(ridge, shap.maskers.Independent(D[:50], max_samples=50))
add("ridge regression", export(ridge, 10), "variable", 0, "linear", D[100:103], D[:50], e.expected_value, e.shap_values(D[100:103]))

forest = RandomForestRegressor(n_estimators=4, max_depth=5, random_state=1).fit(D, t)
covers = np.concatenate([tree.tree_.weighted_n_node_samples for tree in forest.estimators_])
e = shap.TreeExplainer(forest)
add("random forest, path dependent", with_covers(export(forest, 10), covers), "variable", 0, "tree_path_dependent", D[100:103], None, e.expected_value, e.shap_values(D[100:103]))
e = shap.TreeExplainer(forest, data=D[:7], feature_perturbation="interventional")
add("random forest, interventional", export(forest, 10), "variable", 0, "tree_interventional", D[100:103], D[:7], e.expected_value, e.shap_values(D[100:103]))

forest = RandomForestClassifier(n_estimators=5, max_depth=4, random_state=2).fit(X, y)
covers = np.concatenate([tree.tree_.weighted_n_node_samples for tree in forest.estimators_])
e = shap.TreeExplainer(forest)
add("random forest classifier", with_covers(export(forest, 4), covers), "probabilities", 1, "tree_path_dependent", X[[0, 60, 120]], None, e.expected_value[1], e.shap_values(X[[0, 60, 120]])[:, :, 1])

B, b = make_classification(200, 8, n_informative=5, random_state=3)
B = f32(B)
boosted = GradientBoostingClassifier(n_estimators=10, max_depth=3, random_state=3).fit(B, b)
e = shap.TreeExplainer(boosted, data=B[:5], feature_perturbation="interventional")
add("gradient boosting classifier", export(boosted, 8), "probabilities", 1, "tree_interventional", B[100:103], B[:5], e.expected_value, e.shap_values(B[100:103]))

for name, classes in [("xgboost binary", 2), ("xgboost three classes", 3)]:
    data, labels = (B, b) if classes == 2 else (X, y)
    model = xgboost.XGBClassifier(n_estimators=6, max_depth=3, learning_rate=0.3).fit(data, labels)
    width = data.shape[1]
    file = onnxmltools.convert_xgboost(model, initial_types=[("x", XGBFloatTensorType([None, width]))], target_opset=15)
    e = shap.TreeExplainer(model, data=data[:5], feature_perturbation="interventional")
    values = np.asarray(e.shap_values(data[100:103]))
    base = np.ravel(e.expected_value)
    add(name, file, "probabilities", classes - 1, "tree_interventional", data[100:103], data[:5], base[-1], values if classes == 2 else values[:, :, classes - 1])

net = MLPClassifier((6,), max_iter=400, random_state=4).fit(B, b)
f = lambda rows: net.predict_proba(rows)[:, 1]
e = shap.explainers.Exact(f, shap.maskers.Independent(B[:5], max_samples=5))(B[100:102])
add("perceptron, all coalitions", export(net, 8), "probabilities", 1, "exact", B[100:102], B[:5], e.base_values[0], e.values)

json.dump({"made_with": {"shap": shap.__version__, "xgboost": xgboost.__version__}, "cases": cases}, sys.stdout, indent=1)
