-- Work for Lua's interpreter, for some seconds: loops over tables, calls, strings.
local numbers = {}
for i = 1, 200000 do numbers[i] = (i * 7919) % 100003 end
table.sort(numbers)

local sum = 0
for _ = 1, 60 do
  for i = 1, #numbers do sum = sum + numbers[i] % 7 end
end

local function fib(n)
  if n < 2 then return n end
  return fib(n - 1) + fib(n - 2)
end

local parts = {}
for i = 1, 60000 do parts[#parts + 1] = string.format("%d:%s", i, ("x"):rep(i % 10)) end

print(sum, fib(31), #table.concat(parts))
