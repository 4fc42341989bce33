-- For wrk: sends one body again and again and prints what came of it as one line of JSON.
-- usage: wrk … -s post.lua URL -- BODY_FILE HEADERS_FILE   (lines of NAME=VALUE; a file, since arguments are for all to read)

function init(arguments)
   local file = assert(io.open(arguments[1], "rb"))
   wrk.method = "POST"
   wrk.body = file:read("*a")
   file:close()
   for line in io.lines(arguments[2]) do
      local name, value = line:match("^([^=]+)=(.*)$")
      wrk.headers[name] = value
   end
   -- A request that is made once: wrk calls no Lua while it measures.
   local request = wrk.format()
   wrk.request = function() return request end
end

function done(summary, latency)
   local errors = summary.errors
   io.write(string.format(
      '{"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"max":%d,"statusErrors":%d,"socketErrors":%d}\n',
      summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
      errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
