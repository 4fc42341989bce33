"""Makes metrics.json: metrics by scikit-learn, group differences by fairlearn, intervals and tests by scipy and their formulas in numpy.

pip install numpy scipy scikit-learn fairlearn
python make_vectors.py > metrics.json
"""
import json

import numpy as np
from fairlearn.metrics import MetricFrame, false_positive_rate, selection_rate, true_positive_rate
from scipy import stats
from sklearn import metrics as sk

rng = np.random.default_rng(20)
out = {}


def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def classifier(count, classes, tied):
    labels = rng.integers(0, classes, count)
    logits = rng.normal(size=(count, classes))
    logits[np.arange(count), labels] += 1
    if tied:
        logits = np.round(logits)
    probabilities = softmax(logits)
    # Few digits in the file, and rows that still sum to 1.
    probabilities = np.round(probabilities, 6)
    probabilities[:, -1] = 1 - probabilities[:, :-1].sum(axis=1)
    return labels, probabilities, probabilities.argmax(axis=1)


def delong(labels, scores):
    """DeLong, DeLong & Clarke-Pearson 1988 from all pairs."""
    x, y = scores[labels == 1], scores[labels == 0]
    wins = (x[:, None] > y[None, :]) + 0.5 * (x[:, None] == y[None, :])
    return wins.mean(axis=1), wins.mean(axis=0)


binary = []
for tied in (False, True):
    labels, p, predictions = classifier(80, 2, tied)
    v10, v01 = delong(labels, p[:, 1])
    spread = np.sqrt(v10.var(ddof=1) / len(v10) + v01.var(ddof=1) / len(v01))
    z = stats.norm.ppf(0.975)
    area = sk.roc_auc_score(labels, p[:, 1])
    other = np.clip(p[:, 1] + rng.normal(size=80) * 0.2, 0, 1).round(2)
    w10, w01 = delong(labels, other)
    d10, d01 = w10 - v10, w01 - v01
    between = np.sqrt(d10.var(ddof=1) / len(d10) + d01.var(ddof=1) / len(d01))
    difference = sk.roc_auc_score(labels, other) - area
    binary.append({
        "labels": labels.tolist(), "probabilities": p.ravel().tolist(), "predictions": predictions.tolist(), "other": other.tolist(),
        "lower": area - z * spread, "upper": area + z * spread,
        "differenceLower": difference - z * between, "differenceUpper": difference + z * between,
        "values": {
            "roc_auc": area, "pr_auc": sk.average_precision_score(labels, p[:, 1]),
            "tpr": true_positive_rate(labels, predictions), "fpr": false_positive_rate(labels, predictions),
            "ppv": sk.precision_score(labels, predictions), "selection_rate": selection_rate(labels, predictions),
            "recall[0]": sk.recall_score(labels, predictions, pos_label=0),
            "precision[0]": sk.precision_score(labels, predictions, pos_label=0), "f1[0]": sk.f1_score(labels, predictions, pos_label=0)}})
out["binary"] = binary

labels, p, predictions = classifier(60, 4, False)
out["classes"] = {
    "labels": labels.tolist(), "probabilities": p.ravel().tolist(), "predictions": predictions.tolist(),
    "values": {
        "roc_auc": sk.roc_auc_score(labels, p, multi_class="ovr", average="macro"),
        "pr_auc": sk.average_precision_score(np.eye(4)[labels], p, average="macro"),
        "roc_auc[2]": sk.roc_auc_score(labels == 2, p[:, 2]), "pr_auc[2]": sk.average_precision_score(labels == 2, p[:, 2]),
        "precision[3]": sk.precision_score(labels, predictions, labels=[3], average=None)[0],
        "f1[1]": sk.f1_score(labels, predictions, labels=[1], average=None)[0]}}

targets = (rng.normal(size=40) * 3 + 100).round(3)
values = (targets + rng.normal(size=40)).round(3)
out["numbers"] = {
    "targets": targets.tolist(), "values": values.tolist(),
    "expected": {
        "r2": sk.r2_score(targets, values), "pinball": sk.mean_pinball_loss(targets, values),
        "pinball[0.9]": sk.mean_pinball_loss(targets, values, alpha=0.9), "mae": sk.mean_absolute_error(targets, values)}}

queries, ndcg, ndcg3, average, reciprocal = [], [], [], [], []
for _ in range(12):
    relevances = rng.choice([0, 0, 1, 2, 3], size=8).astype(float)
    relevances[0] = max(relevances[0], 1)
    scores = rng.normal(size=8).round(5)
    queries.append({"scores": scores.tolist(), "relevances": relevances.tolist()})
    ndcg.append(sk.ndcg_score([relevances], [scores]))
    ndcg3.append(sk.ndcg_score([relevances], [scores], k=3))
    average.append(sk.average_precision_score(relevances > 0, scores))
    order = np.argsort(-scores)
    reciprocal.append(1 / (1 + np.argmax(relevances[order] > 0)))
top = [np.argsort(-np.array(q["scores"]))[:3] for q in queries]
hits = [sum(np.array(q["relevances"])[t] > 0) for q, t in zip(queries, top)]
out["rankings"] = {
    "queries": queries,
    "expected": {
        "ndcg": np.mean(ndcg), "ndcg@3": np.mean(ndcg3), "map": np.mean(average), "mrr": np.mean(reciprocal),
        "precision@3": np.mean([h / 3 for h in hits]),
        "recall@3": np.mean([h / sum(np.array(q["relevances"]) > 0) for q, h in zip(queries, hits)])}}

count = 240
groups = rng.choice(["a", "b", "c"], size=count, p=[0.5, 0.3, 0.2])
labels = rng.integers(0, 2, count)
wrong = rng.random(count) < np.where(groups == "a", 0.1, np.where(groups == "b", 0.2, 0.35))
predictions = np.where(wrong, 1 - labels, labels)
expected = {}
functions = {"accuracy": sk.accuracy_score, "tpr": true_positive_rate, "fpr": false_positive_rate, "selection_rate": selection_rate}
for name, function in functions.items():
    frame = MetricFrame(metrics=function, y_true=labels, y_pred=predictions, sensitive_features=groups)
    expected[name] = {"difference": frame.difference(), "ratio": frame.ratio()}
out["groups"] = {"labels": labels.tolist(), "predictions": predictions.tolist(), "groups": groups.tolist(), "expected": expected}

confidences = rng.uniform(0.4, 1, 120).round(4)
correct = rng.random(120) < confidences - 0.1
z = np.sum((correct - confidences) * (1 - 2 * confidences)) / np.sqrt(
    np.sum((1 - 2 * confidences) ** 2 * confidences * (1 - confidences)))
bins = np.ceil(confidences * 15).astype(int) - 1
parts = [(bins == b) for b in np.unique(bins)]
chi = sum(np.sum((correct - confidences)[b]) ** 2 / np.sum((confidences * (1 - confidences))[b]) for b in parts)
out["calibration"] = {
    "confidences": confidences.tolist(), "isCorrect": correct.tolist(), "spiegelhalter": z,
    "spiegelhalterPValue": 2 * stats.norm.sf(abs(z)), "chiSquared": chi, "degrees": len(parts),
    "chiSquaredPValue": stats.chi2.sf(chi, len(parts))}

noise = np.array([[0.8, 0.15, 0.05], [0.1, 0.85, 0.05], [0.05, 0.1, 0.85]])
observed = rng.multinomial(600, [0.25, 0.05, 0.04, 0.05, 0.22, 0.04, 0.04, 0.06, 0.25]).reshape(3, 3)
truth = np.linalg.inv(noise.T) @ observed
out["noise"] = {
    "matrix": noise.ravel().tolist(), "observed": observed.ravel().tolist(), "accuracy": np.trace(truth) / 600,
    "recall": [truth[k, k] / truth[k].sum() for k in range(3)], "precision": [truth[k, k] / truth[:, k].sum() for k in range(3)]}

out["signTests"] = [
    {"held": h, "broken": b, "pValue": stats.binomtest(h, h + b).pvalue} for h, b in [(9, 2), (30, 21), (5, 5), (0, 6)]]

print(json.dumps(out, indent=None, separators=(",", ":")))
