-- Reads a web server's log, keeps records as objects, writes and reads back JSON, and renders a template.
local Record = {}
Record.__index = Record
Record.__tostring = function(r) return string.format("%s %s (%d)", r.method, r.path, r.status) end

local function parse(line)
  local host, when, method, path, status, size, agent =
    line:match('^(%S+) %- %- %[([^%]]+)%] "(%u+) (%S+) [^"]*" (%d+) (%d+) "([^"]*)"$')
  if not host then return nil, "not a record: " .. line:sub(1, 20) end
  return setmetatable({host = host, when = when, method = method, path = path, status = tonumber(status),
    size = math.tointeger(tonumber(size)), agent = agent}, Record)
end

local function sorted(t)
  local keys = {}
  for k in pairs(t) do keys[#keys + 1] = k end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  local i = 0
  return function() i = i + 1 return keys[i], t[keys[i]] end
end

local function encode(v)
  if type(v) == "table" then
    local parts = {}
    if #v > 0 then
      for _, x in ipairs(v) do parts[#parts + 1] = encode(x) end
      return "[" .. table.concat(parts, ",") .. "]"
    end
    for k, x in sorted(v) do parts[#parts + 1] = string.format("%q:%s", k, encode(x)) end
    return "{" .. table.concat(parts, ",") .. "}"
  elseif type(v) == "string" then
    return '"' .. v:gsub('[%c"\\]', function(c) return string.format("\\u%04x", c:byte()) end) .. '"'
  end
  return tostring(v)
end

local function decode(text)
  local at = 1
  local value
  local function expect(pattern)
    local from, to, found = text:find("^%s*(" .. pattern .. ")", at)
    if from then at = to + 1 return found end
  end
  function value()
    if expect("{") then
      local t = {}
      while not expect("}") do
        local k = value()
        assert(expect(":"), "a colon is missing")
        t[k] = value()
        expect(",")
      end
      return t
    elseif expect("%[") then
      local t = {}
      while not expect("%]") do t[#t + 1] = value() expect(",") end
      return t
    end
    local s = expect('"[^"]*"')
    if s then return (s:sub(2, -2):gsub("\\u(%x%x%x%x)", function(h) return utf8.char(tonumber(h, 16)) end)) end
    local n = expect("%-?[%d.eE+-]+")
    if n then return tonumber(n) end
    local word = expect("%a+")
    if word == "true" or word == "false" then return word == "true" end
    error("no value at " .. at)
  end
  return value()
end

local statuses, paths, hosts, bad, total = {}, {}, {}, 0, 0
local slowest
for line in io.lines() do
  local record, why = parse(line)
  if record then
    statuses[record.status] = (statuses[record.status] or 0) + 1
    local p = paths[record.path] or {hits = 0, bytes = 0, agents = {}}
    paths[record.path] = p
    p.hits, p.bytes = p.hits + 1, p.bytes + record.size
    p.agents[record.agent:match("^%a+")] = true
    hosts[record.host] = (hosts[record.host] or 0) + 1
    total = total + record.size
    if not slowest or record.size > slowest.size then slowest = record end
  else
    bad = bad + 1
  end
end

local top = {}
for path, p in sorted(paths) do
  local agents = {}
  for name in sorted(p.agents) do agents[#agents + 1] = name end
  top[#top + 1] = {path = path, hits = p.hits, mean = p.bytes // p.hits, agents = agents}
end
table.sort(top, function(a, b) return a.hits > b.hits or a.hits == b.hits and a.path < b.path end)

local text = encode({top = top, statuses = {table.unpack({1, 2, 3})}, total = total, bad = bad, share = total / 1024 ^ 2})
local back = decode(text)
assert(back.total == total and #back.top == #top, "what came back differs")

local template = "${rank}. ${path}: ${hits} hits, ${mean} bytes, by ${agents}"
for rank, t in ipairs(back.top) do
  if rank > 12 then break end
  t.rank = rank
  print((template:gsub("%${(%w+)}", function(k)
    local v = t[k]
    return type(v) == "table" and table.concat(v, "+") or tostring(v)
  end)))
end
for status, n in sorted(statuses) do io.write(status, "=", n, " ") end
print(("\n%d bytes, %.2f MiB, %d bad lines, largest: %s"):format(total, total / 1024 ^ 2, bad, tostring(slowest)))

local visitors = coroutine.wrap(function()
  for host, n in sorted(hosts) do if n > 10 then coroutine.yield(host, n) end end
end)
local shown = 0
for host, n in visitors do shown = shown + n end
print("from frequent hosts", shown, select("#", table.unpack(top, 1, 5)))
print(pcall(decode, "{1 2}"))
print(string.pack(">I4", total):byte(1, -1))
