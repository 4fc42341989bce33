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

// A part that is not there yet (no dataset, nothing served) leaves its section empty instead of the page.
const optional = (path) => call("GET", path).catch((error) => (error.status === 404 ? null : Promise.reject(error)));

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
  box.replaceChildren(...lines.map((line) => {
    const p = document.createElement("p");
    p.style.margin = "0";
    p.textContent = line;
    return p;
  }));
}

async function show(record) {
  const name = encodeURIComponent(record.name);
  const [status, needs, experiments, health] = await Promise.all([
    call("GET", `/v1/registry/capabilities/${name}/status`),
    optional(`/v1/dataset/datasets/${encodeURIComponent(record.manifest.data.dataset)}/needs`),
    call("GET", `/v1/router/experiments?capability=${name}`),
    optional(`/v1/monitor/capabilities/${name}`),
  ]);
  const article = byId("capability").content.cloneNode(true).querySelector("article");
  article.dataset.capability = record.name;
  const champion = status.aliases.find((alias) => alias.alias === "champion");
  const firing = health ? health.alarms.filter((alarm) => alarm.state === "firing") : [];
  article.querySelector("h2").textContent = record.name;
  article.querySelector(".about").textContent = `${record.manifest.metadata.description || ""} · team ${record.team} · revision ${record.revision}${champion ? ` · champion version ${champion.version}` : ""}`;
  const green = tests(article, status);
  const needList = needs ? needs.items : null;
  loop(article.querySelector(".loop"), { status, needs: needList, experiments: experiments.items, health, green, champion, firing });
  rows(article.querySelector(".needs tbody"), (needList || []).map((need) => [
    cell(need.slice), cell(need.missing ? `${need.missing} more labels` : "enough", need.missing ? "fail" : "pass"), cell(`${need.have} of ${need.atLeast}`, "number"),
  ]));
  await experiment(article.querySelector(".experiment"), experiments.items);
  rows(article.querySelector(".health tbody"), (health ? health.slices : []).map((slice) => [
    cell(slice.slice), cell(`${slice.rows} rows`, "number"), cell(slice.psi === undefined || slice.psi === null ? "" : `psi ${slice.psi.toFixed(3)}`, "number"), cell(slice.accuracy === undefined || slice.accuracy === null ? "" : percent(slice.accuracy), "number"),
  ]));
  article.querySelector(".alarms").replaceChildren(...(health ? health.alarms : []).map((alarm) => {
    const li = document.createElement("li");
    li.className = alarm.state === "firing" ? "fail" : "pass";
    li.textContent = `${alarm.slice}: ${alarm.metric} ${alarm.value.toFixed(3)} against ${alarm.bound} · ${alarm.state}${alarm.labelingTasks ? ` · ${alarm.labelingTasks} labeling tasks` : ""}`;
    return li;
  }));
  return article;
}

async function refresh() {
  const { items } = await call("GET", "/v1/registry/capabilities");
  const articles = await Promise.all(items.map(show));
  byId("capabilities").replaceChildren(...articles);
  byId("message").textContent = items.length ? "" : "No capability has been applied yet.";
}

try {
  const session = await signIn();
  byId("who").textContent = `${session.name} · ${session.team}`;
  await refresh();
  setInterval(() => refresh().catch((error) => { byId("message").textContent = error.message; }), 2000);
} catch (error) {
  byId("message").textContent = error.status === 401 ? "Please open the invitation link you were given." : error.message;
}
