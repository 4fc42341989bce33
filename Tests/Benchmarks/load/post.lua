-- For wrk: sends one body again and again and prints what came of it as one line of JSON.
-- usage: wrk … -s post.lua URL -- BODY_FILE [NAME=VALUE…]   (headers)

function init(arguments)
   local file = assert(io.open(arguments[1], "rb"))
   wrk.method = "POST"
   wrk.body = file:read("*a")
   file:close()
   for index = 2, #arguments do
      local name, value = arguments[index]:match("^([^=]+)=(.*)$")
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
