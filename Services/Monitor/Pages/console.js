// The console: what each capability's services say of it. Plain modules, no build step.

const byId = (id) => document.getElementById(id);
const percent = (value) => (value === undefined || value === null ? "–" : `${(value * 100).toFixed(1)} %`);

function cookie(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(name + "="));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

async function call(method, path, body) {
  const headers = { "accept": "application/json" };
  if (method !== "GET") headers["x-csrf-token"] = cookie("mesh_csrf");
  if (body !== undefined) headers["content-type"] = "application/json";
  const answer = await fetch(path, { method, headers, credentials: "same-origin", body: body === undefined ? undefined : JSON.stringify(body) });
  const content = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(content.detail || content.title || `The server answered ${answer.status}.`), { status: answer.status });
  return content;
}

// A part that is not there yet (no dataset, nothing served) or whose service is away leaves its section empty instead of the page.
const troubles = new Set();
const optional = (path) => call("GET", path).catch((error) => {
  if (error.status === 401) throw error;
  if (error.status !== 404) troubles.add(error.message);
  return null;
});

// All items of a listing, page by page.
async function all(path) {
  const items = [];
  let next = null;
  do {
    const page = await call("GET", path + (next ? `?page=${encodeURIComponent(next)}` : ""));
    items.push(...page.items);
    next = page.nextPage;
  } while (next);
  return items;
}

async function signIn() {
  const invitation = new URLSearchParams(location.hash.slice(1)).get("invitation");
  if (invitation) {
    history.replaceState(null, "", location.pathname);
    await call("POST", "/v1/identity/sessions", { invitation });
  }
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await call("GET", "/v1/identity/session");
    } catch (error) {
      if (error.status !== 401 || !invitation || attempt >= 20) throw error;
      await new Promise((done) => setTimeout(done, 150));
    }
  }
}

function cell(text, kind) {
  const td = document.createElement("td");
  td.textContent = text;
  if (kind) td.className = kind;
  return td;
}

function rows(body, list) {
  body.replaceChildren(...list.map((cells) => {
    const tr = document.createElement("tr");
    tr.append(...cells);
    return tr;
  }));
}

function loop(list, state) {
  const steps = [
    ["tests written", state.status.tests.length > 0],
    ["data", state.needs !== null],
    ["labels", state.needs !== null && state.needs.every((need) => need.missing === 0)],
    ["trained", state.status.versions > 0],
    ["tests green", state.green],
    ["champion", state.champion !== undefined],
    ["experiment", state.experiments.length > 0],
    ["watched", state.health !== null && state.health.predictions > 0],
  ];
  const now = steps.findIndex(([, done]) => !done);
  list.replaceChildren(...steps.map(([name, done], index) => {
    const li = document.createElement("li");
    li.textContent = name;
    if (done) li.className = "done";
    if (index === now) li.className = "now";
    return li;
  }));
  if (state.firing.length) {
    const li = document.createElement("li");
    li.className = "alarm";
    li.textContent = "alarm";
    list.append(li);
  }
}

function tests(article, status) {
  const results = status.report ? status.report.results : [];
  const byName = new Map(results.map((result) => [result.name, result]));
  const green = status.report !== undefined && status.report !== null && results.every((result) => result.verdict === "pass" || (result.verdict === "inconclusive" && !result.blocking));
  const verdict = article.querySelector(".verdict");
  verdict.textContent = status.report ? (green ? `green on version ${status.report.version}` : `red on version ${status.report.version}`) : "red: no model has been tested yet";
  verdict.classList.add(green ? "pass" : "fail");
  rows(article.querySelector(".tests tbody"), status.tests.map((test) => {
    const result = byName.get(test.name);
    const verdictOf = result ? result.verdict : "fail";
    const numbers = result && result.value !== undefined ? `${result.value.toFixed(3)}${result.low !== undefined ? ` [${result.low.toFixed(3)}, ${result.high.toFixed(3)}]` : ""}` : "";
    return [cell(test.name), cell(result ? result.verdict : "not run", verdictOf), cell(numbers, "number")];
  }));
  return green;
}

async function experiment(box, experiments) {
  const running = experiments.find((candidate) => candidate.state === "running");
  const shown = running || experiments[0];
  if (!shown) { box.textContent = "None yet."; return; }
  const readout = await optional(`/v1/router/experiments/${encodeURIComponent(shown.id)}/readout`);
  const lines = [`${shown.name}: ${shown.state}, stage ${shown.stage}`];
  for (const arm of readout ? readout.arms : []) lines.push(`${arm.variant}: ${arm.units} units, ${shown.kpi} ${percent(arm.mean)}`);
  if (readout && readout.difference !== undefined && readout.difference !== null) {
    const interval = readout.low !== undefined ? ` [${percent(readout.low)}, ${percent(readout.high)}]` : "";
    lines.push(`difference ${percent(readout.difference)}${interval}: ${readout.verdict}`);
  }
  for (const guardrail of readout ? readout.guardrails : []) lines.push(`guardrail ${guardrail.metric}: ${guardrail.verdict}`);
  if (readout && readout.lostExposures) lines.push(`${readout.lostExposures} exposures were lost`);
  if (readout) lines.push(...readout.reasons);
  box.dataset.state = shown.state;
  box.replaceChildren(...lines.map((line) => {
    const p = document.createElement("p");
    p.textContent = line;
    return p;
  }));
}

// What stands where: ids are stable, so that scripts and tests find their place.
function place(article, record) {
  article.id = `capability-${record.name}`;
  article.dataset.capability = record.name;
  for (const part of ["loop", "tests", "needs", "experiment", "health", "alarms"]) {
    article.querySelector("." + part).id = `${part}-${record.name}`;
  }
}

function sliceRow(slice) {
  const accuracy = slice.accuracy === undefined || slice.accuracy === null ? "" : `${percent(slice.accuracy)}${slice.accuracyLow === undefined || slice.accuracyLow === null ? "" : ` [${percent(slice.accuracyLow)}, ${percent(slice.accuracyHigh)}]`}`;
  const drift = slice.psi === undefined || slice.psi === null ? "" : `psi ${slice.psi.toFixed(3)}`;
  const tr = [cell(slice.slice === "*" ? "all rows" : slice.slice), cell(`${slice.rows} rows`, "number"), cell(drift, "number"), cell(accuracy, "number")];
  if (slice.worstInput) tr[2].title = `largest in ${slice.worstInput}`;
  return tr;
}

function alarmItem(alarm) {
  const li = document.createElement("li");
  li.id = `alarm-${alarm.id}`;
  li.dataset.state = alarm.state;
  li.className = alarm.state === "firing" ? "fail" : "pass";
  const slice = alarm.slice === "*" ? "all rows" : alarm.slice;
  const since = new Date(alarm.state === "firing" ? alarm.openedAt : alarm.resolvedAt || alarm.openedAt).toLocaleTimeString();
  const tasks = alarm.labelingTasks ? ` · ${alarm.labelingTasks} labeling tasks` : "";
  li.textContent = `${slice}: ${alarm.metric} ${alarm.value.toFixed(3)} against ${alarm.bound} on ${alarm.rows} rows · ${alarm.state} ${since}${tasks}`;
  return li;
}

async function show(record) {
  const name = encodeURIComponent(record.name);
  const [status, needs, listed, health] = await Promise.all([
    call("GET", `/v1/registry/capabilities/${name}/status`),
    optional(`/v1/dataset/datasets/${encodeURIComponent(record.manifest.data.dataset)}/needs`),
    optional(`/v1/router/experiments?capability=${name}`),
    optional(`/v1/monitor/capabilities/${name}`),
  ]);
  const article = byId("capability").content.cloneNode(true).querySelector("article");
  place(article, record);
  const experiments = listed ? listed.items : [];
  const champion = status.aliases.find((alias) => alias.alias === "champion");
  const firing = health ? health.alarms.filter((alarm) => alarm.state === "firing") : [];
  article.querySelector("h2").textContent = record.name;
  article.querySelector(".about").textContent = `${record.manifest.metadata.description || ""} · team ${record.team} · revision ${record.revision}${champion ? ` · champion version ${champion.version}` : ""}`;
  const green = tests(article, status);
  const needList = needs ? needs.items : null;
  loop(article.querySelector(".loop"), { status, needs: needList, experiments, health, green, champion, firing });
  rows(article.querySelector(".needs tbody"), (needList || []).map((need) => [
    cell(need.slice), cell(need.missing ? `${need.missing} more labels` : "enough", need.missing ? "fail" : "pass"), cell(`${need.have} of ${need.atLeast}`, "number"),
  ]));
  await experiment(article.querySelector(".experiment"), experiments);
  rows(article.querySelector(".health tbody"), (health ? health.slices : []).map(sliceRow));
  article.querySelector(".alarms").replaceChildren(...(health ? health.alarms : []).map(alarmItem));
  return article;
}

async function refresh() {
  troubles.clear();
  const records = await all("/v1/registry/capabilities");
  const articles = await Promise.all(records.map(show));
  byId("capabilities").replaceChildren(...articles);
  const trouble = [...troubles].join(" ");
  byId("message").textContent = records.length ? trouble : "No capability has been applied yet.";
}

try {
  const session = await signIn();
  byId("who").textContent = `${session.name} · ${session.team}`;
  await refresh();
  setInterval(() => refresh().catch((error) => { byId("message").textContent = error.message; }), 2000);
} catch (error) {
  byId("message").textContent = error.status === 401 ? "Please open the invitation link you were given." : error.message;
}
