"""Fits softmax regression by scikit-learn's lbfgs to rows in a file; prints processor seconds, objective and iterations as JSON.

usage: softmax.py FOLDER ROWS COLUMNS CLASSES L2    (FOLDER has x.bin and y.bin: doubles)
"""
import json
import sys
import time
import warnings

import numpy as np
from sklearn.linear_model import LogisticRegression

warnings.filterwarnings("ignore")
folder, rows, columns, classes, l2 = sys.argv[1], *map(int, sys.argv[2:5]), float(sys.argv[5])
x = np.fromfile(f"{folder}/x.bin").reshape(rows, columns)
y = np.fromfile(f"{folder}/y.bin").astype(int)
model = LogisticRegression(C=1 / (l2 * rows), solver="lbfgs", tol=1e-4, max_iter=1_000)
start = time.process_time()
model.fit(x, y)
seconds = time.process_time() - start
scores = x @ model.coef_.T + model.intercept_
scores -= scores.max(axis=1, keepdims=True)
loss = float(np.mean(np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(rows), y]) + l2 / 2 * (model.coef_ ** 2).sum())
print(json.dumps({"seconds": seconds, "loss": loss, "iterations": int(model.n_iter_[0])}))
