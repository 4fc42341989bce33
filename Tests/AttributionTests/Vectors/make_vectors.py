"""Makes attributions.json: models of scikit-learn and XGBoost as ONNX files, and the Shapley values that the public `shap` package gives.

pip install shap==0.51.0 scikit-learn==1.9.1 xgboost==3.2.0 skl2onnx==1.20.0 onnxmltools==1.16.0 onnx==1.23.2 onnxruntime==1.32.0
python make_vectors.py > attributions.json
"""
import base64
import json
import sys
import warnings

import numpy as np
import onnx
import onnxmltools
import onnxruntime
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

MODES = ["BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ", "BRANCH_MEMBER"]


def graph(nodes, width, targets, initializers=()):
    """A model of ai.onnx.ml 5 from x to y."""
    x = onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [None, width])
    y = onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [None, targets])
    made = onnx.helper.make_graph(nodes, "unified", [x], [y], list(initializers))
    model = onnx.helper.make_model(made, opset_imports=[onnx.helper.make_opsetid("", 17), onnx.helper.make_opsetid("ai.onnx.ml", 5)], ir_version=9)
    onnx.checker.check_model(model)
    return model


def ensemble(output, **attributes):
    tensors = {"nodes_modes": np.uint8, "nodes_splits": np.float32, "leaf_weights": np.float32, "nodes_hitrates": np.float32, "membership_values": np.float32}
    made = {k: onnx.numpy_helper.from_array(np.asarray(v, dtype=tensors[k]), k) if k in tensors else v for k, v in attributes.items()}
    return onnx.helper.make_node("TreeEnsemble", ["x"], [output], domain="ai.onnx.ml", **made)


def unified(model, width, targets, covers=None, post_transform=0):
    """A model of TreeEnsembleRegressor or TreeEnsembleClassifier (of one score) in the operator that took their place; converters do not emit it yet."""
    old = next(n for n in model.graph.node if n.op_type.startswith("TreeEnsemble"))
    a = {x.name: onnx.helper.get_attribute_value(x) for x in old.attribute}
    kind = "target" if "target_ids" in a else "class"
    modes = [m.decode() for m in a["nodes_modes"]]
    keys = list(zip(a["nodes_treeids"], a["nodes_nodeids"]))
    inner = {k: i for i, k in enumerate(k for k, m in zip(keys, modes) if m != "LEAF")}
    ids = a[kind + "_ids"] if kind == "target" else [0] * len(a["class_ids"])
    leaves, weights, goals = {}, [], []
    for tree, node, goal, weight in zip(a[kind + "_treeids"], a[kind + "_nodeids"], ids, a[kind + "_weights"]):
        assert (tree, node) not in leaves
        leaves[tree, node] = len(weights)
        weights.append(weight)
        goals.append(goal)
    rows = [i for i, m in enumerate(modes) if m != "LEAF"]

    def branch(i, name):
        key = (keys[i][0], a[name][i])
        return (inner[key], 0) if key in inner else (leaves[key], 1)

    roots = []
    for i, key in enumerate(keys):
        if i == 0 or keys[i - 1][0] != key[0]:
            roots.append(inner[key])
    true, false = [branch(i, "nodes_truenodeids") for i in rows], [branch(i, "nodes_falsenodeids") for i in rows]
    attributes = dict(
        n_targets=targets, tree_roots=roots, aggregate_function={b"SUM": 1, b"AVERAGE": 0}[a.get("aggregate_function", b"SUM")],
        post_transform=post_transform, nodes_featureids=[a["nodes_featureids"][i] for i in rows], nodes_splits=[a["nodes_values"][i] for i in rows],
        nodes_modes=[MODES.index(modes[i]) for i in rows], nodes_truenodeids=[t[0] for t in true], nodes_trueleafs=[t[1] for t in true],
        nodes_falsenodeids=[f[0] for f in false], nodes_falseleafs=[f[1] for f in false], leaf_targetids=goals, leaf_weights=weights)
    if "nodes_missing_value_tracks_true" in a:
        attributes["nodes_missing_value_tracks_true"] = [a["nodes_missing_value_tracks_true"][i] for i in rows]
    if covers is not None:
        attributes["nodes_hitrates"] = [covers[i] for i in rows]
    base = list(a.get("base_values", []))
    if not base:
        return graph([ensemble("y", **attributes)], width, targets)
    # The operator has no start value: it is added behind it, and the link behind that.
    attributes["post_transform"] = 0
    nodes = [ensemble("scores", **attributes), onnx.helper.make_node("Add", ["scores", "base"], ["y" if post_transform == 0 else "margins"])]
    if post_transform:
        nodes.append(onnx.helper.make_node({1: "Softmax", 2: "Sigmoid"}[post_transform], ["margins"], ["y"]))
    return graph(nodes, width, targets, [onnx.numpy_helper.from_array(np.asarray(base, dtype=np.float32), "base")])


forest = RandomForestRegressor(n_estimators=4, max_depth=5, random_state=1).fit(D, t)
e = shap.TreeExplainer(forest, data=D[:7], feature_perturbation="interventional")
add("TreeEnsemble 5: random forest", unified(export(forest, 10), 10, 1), "y", 0, "tree_interventional", D[100:103], D[:7], e.expected_value, e.shap_values(D[100:103]))

# The operator tells the rows of branches, never of leaves: that is too little for path-dependent values.
covers = np.concatenate([tree.tree_.weighted_n_node_samples for tree in forest.estimators_])
add("TreeEnsemble 5: random forest with covers of branches", unified(export(forest, 10), 10, 1, covers), "y", 0, "tree_interventional", D[100:103], D[:7], e.expected_value, e.shap_values(D[100:103]))

regressor = xgboost.XGBRegressor(n_estimators=6, max_depth=3, base_score=0.5).fit(B, B[:, 0] + b)
file = onnxmltools.convert_xgboost(regressor, initial_types=[("x", XGBFloatTensorType([None, 8]))], target_opset=15)
e = shap.TreeExplainer(regressor, data=B[:5], feature_perturbation="interventional")
add("TreeEnsemble 5: boosted regression with a start value", unified(file, 8, 1), "y", 0, "tree_interventional", B[100:103], B[:5], e.expected_value, e.shap_values(B[100:103]))

binary = xgboost.XGBClassifier(n_estimators=6, max_depth=3, learning_rate=0.3).fit(B, b)
file = onnxmltools.convert_xgboost(binary, initial_types=[("x", XGBFloatTensorType([None, 8]))], target_opset=15)
e = shap.TreeExplainer(binary, data=B[:5], feature_perturbation="interventional")
add("TreeEnsemble 5: boosted classifier behind a logistic link", unified(file, 8, 1, post_transform=2), "y", 0, "tree_interventional", B[100:103], B[:5], e.expected_value, e.shap_values(B[100:103]))

# What converters do not emit: sets of members, equality, a tree of one leaf, two targets, a mean of trees. The values are those of all coalitions.
odd = graph([ensemble(
    "y", n_targets=2, tree_roots=[0, 3, 4], aggregate_function=0, nodes_featureids=[0, 1, 2, 2, 0], nodes_splits=[0, 2, 0.5, 0, 0],
    nodes_modes=[6, 4, 2, 6, 0], membership_values=[1, 3, 5, np.nan, 2, np.nan], nodes_truenodeids=[1, 0, 2, 4, 6], nodes_trueleafs=[0, 1, 1, 1, 1],
    nodes_falsenodeids=[2, 1, 3, 5, 6], nodes_falseleafs=[0, 1, 1, 1, 1], leaf_targetids=[0, 1, 0, 0, 0, 1, 0], leaf_weights=[4, -2, 8, 0.5, 3, 6, 1.5])],
    3, 2)
session = onnxruntime.InferenceSession(odd.SerializeToString())
rows, others = f32([[3, 2, 1], [1, 0, 2], [4, 2, 2]]), f32([[0, 0, 0], [5, 2, 2], [2, 1, 0.25]])
for target in [0, 1]:
    f = lambda given: session.run(["y"], {"x": given.astype(np.float32)})[0][:, target]
    e = shap.explainers.Exact(f, shap.maskers.Independent(others, max_samples=3))(rows)
    add(f"TreeEnsemble 5: members, equality and a mean, target {target}", odd, "y", target, "tree_interventional", rows, others, e.base_values[0], e.values)

json.dump({"made_with": {"shap": shap.__version__, "xgboost": xgboost.__version__}, "cases": cases}, sys.stdout, indent=1)
