-- Strings, tables, closures, coroutines, metatables, errors, patterns, integers and floats: most of Lua's libraries
-- and of its interpreter's instructions, with output that is always the same.
local out = {}
local function say(...)
  local parts = table.pack(...)
  for i = 1, parts.n do parts[i] = tostring(parts[i]) end
  print(table.concat(parts, " "))
end

say(_VERSION, #arg, arg[1])
say(10 // 3, 10 % -3, 2 ^ 0.5, 7 // 0.5, 1 << 40, ~5 & 0xff, math.maxinteger + 1 == math.mininteger)
say(string.format("%5.2f|%-8s|%08x|%q", 3.14159, "left", 48879, "a\nb\0c"))
say(("hello world"):gsub("o", "0"), ("key=value; other=thing"):match("(%w+)=(%w+)"))
for word, number in ("one=1 two=2 three=3"):gmatch("(%a+)=(%d+)") do out[#out + 1] = word .. number end
say(table.unpack(out))
say(string.pack("<i4z", 77, "packed"):byte(1, -1))
say(utf8.char(228, 8364, 128512), utf8.len("äöü"), #"äöü")

local function counter()
  local n = 0
  return function() n = n + 1 return n end
end
local a, b = counter(), counter()
say(a(), a(), b())

local Account = {}
Account.__index = Account
Account.__add = function(x, y) return setmetatable({balance = x.balance + y.balance}, Account) end
Account.__tostring = function(x) return "account of " .. x.balance end
Account.__close = function(x) say("closed", x) end
Account.__lt = function(x, y) return x.balance < y.balance end
local first, second = setmetatable({balance = 10}, Account), setmetatable({balance = 5}, Account)
say(first + second, second < first)
do local scoped <close> = first end

local fibonacci = coroutine.wrap(function()
  local x, y = 0, 1
  while true do
    coroutine.yield(x)
    x, y = y, x + y
  end
end)
local numbers = {}
for i = 1, 20 do numbers[i] = fibonacci() end
say(table.concat(numbers, ","))
say(select(2, coroutine.resume(coroutine.create(function() error({code = 42}) end))).code)

say(pcall(error, "message", 0))
say(select("#", pcall(function() local t = nil; return t.x end)))
say(xpcall(function() error("deep") end, function(m) return "handled " .. m:gsub("^.-:%d+: ", "") end))
local depth = 0
local function down() depth = depth + 1 return 1 + down() end
say(pcall(down) == false, depth > 1000)

table.sort(numbers, function(x, y) return x > y end)
say(numbers[1], numbers[#numbers], table.move(numbers, 1, 3, 5)[6])
local sieve, primes = {}, 0
for i = 2, 20000 do
  if not sieve[i] then
    primes = primes + 1
    for j = i * i, 20000, i do sieve[j] = true end
  end
end
say(primes)

local f = load("local n = ... ; for i = 1, 10 do if i == 5 then goto done end n = n + i end ::done:: return n")
say(f(100))
local dumped = load(string.dump(f), "dumped", "b")
say(dumped(200))
say(math.type(1), math.type(1.0), math.tointeger(3.0), tostring(1e100), 0x7fffffffffffffff, 1e15)
collectgarbage()
say(collectgarbage("count") > 0, os.time{year = 2020, month = 1, day = 1, hour = 12} > 0, os.getenv("TEST_VARIABLE"))
io.write(io.read("l"), "\n", io.read("n"), "\n")
io.stderr:write("to standard error\n")
setmetatable({}, {__gc = function() print("collected at the end") end})
os.exit(7, true)
