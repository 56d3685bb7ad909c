-- Flows of one user each, one connection per thread: the next request is sent after the response to the last one.
-- Arguments: the kind of steps, the file of flows (cookies, path, IP address; tab-separated), the number of threads.

local token = string.rep("b", 32) -- the CSRF secret, equal in the cookie and in the form
local form = {["Content-Type"] = "application/x-www-form-urlencoded"}

local function get(path, status)
  return {method = "GET", path = path, status = status or 200}
end

local function post(path, body)
  return {method = "POST", path = path, status = 303, body = "csrfmiddlewaretoken=" .. token .. (body or "")}
end

local kinds = {
  page = function(path) return {get(path)} end,
  submit = function(path)
    return {get(path), post(path, "&understand=on&reason="), post(path .. "verify/", "&code=135790")}
  end,
  approve = function(path) return {post(path, "&understand=on")} end,
}

local threads = {}

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

function init(arguments)
  kind, flows, place, finished, wrong = arguments[1], {}, 0, 0, ""
  steps, step = {get("/healthz")}, 1
  local line_number = 0
  for line in io.lines(arguments[2]) do
    if line_number % tonumber(arguments[3]) == number then table.insert(flows, line) end
    line_number = line_number + 1
  end
  begin()
end

function begin()
  place = place + 1
  if place > #flows and kind == "page" then place = 1 end
  if place > #flows then
    wrong = "the prepared flows ran out after " .. finished .. " a connection: build a larger world, or measure shorter"
    return wrk.thread:stop()
  end
  local cookies, path, ip = flows[place]:match("^(.*)\t(.*)\t(.*)$")
  headers = {["Cookie"] = cookies, ["X-Forwarded-For"] = ip ~= "" and ip or nil}
  posted = {["Content-Type"] = form["Content-Type"]}
  for name, value in pairs(headers) do posted[name] = value end
  steps, step = kinds[kind](path), 1
end

function request()
  local now = steps[step]
  return wrk.format(now.method, now.path, now.body and posted or headers, now.body)
end

function response(status, _, body)
  if status ~= steps[step].status then
    if wrong == "" then wrong = steps[step].method .. " " .. steps[step].path .. " answered " .. status end
    return wrk.thread:stop()
  end
  if step < #steps then
    step = step + 1
  else
    finished = finished + 1
    begin()
  end
end

function done(summary, latency, requests)
  local total = 0
  for _, thread in ipairs(threads) do
    total = total + thread:get("finished")
    if thread:get("wrong") ~= "" then print("wrong=" .. thread:get("wrong")) end
  end
  print(string.format("total=%d", total))
  print(string.format("flows=%.3f", total / summary.duration * 1e6))
  print(string.format("p95_us=%d", latency:percentile(95)))
end
