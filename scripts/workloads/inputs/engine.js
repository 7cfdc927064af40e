// What scripts in a program do: a small parser, closures, prototypes, regular expressions, JSON, sorting, dates, errors.
function Tokens(text) {
	this.tokens = text.match(/\d+(\.\d+)?|[a-z]\w*|[-+*\/^()=,]/g) || [];
	this.at = 0;
}
Tokens.prototype.peek = function () { return this.tokens[this.at]; };
Tokens.prototype.next = function () { return this.tokens[this.at++]; };
Tokens.prototype.expect = function (t) {
	if (this.next() !== t) throw new SyntaxError("expected " + t + " at " + this.at);
};

var level = { "+": 1, "-": 1, "*": 2, "/": 2, "^": 3 };
function expression(tokens, least) {
	var left = primary(tokens);
	for (var op = tokens.peek(); level[op] >= least; op = tokens.peek()) {
		tokens.next();
		left = { op: op, left: left, right: expression(tokens, op === "^" ? level[op] : level[op] + 1) };
	}
	return left;
}
function primary(tokens) {
	var t = tokens.next();
	if (t === "(") {
		var inner = expression(tokens, 1);
		tokens.expect(")");
		return inner;
	}
	if (t === "-") return { op: "-", left: 0, right: primary(tokens) };
	if (/^\d/.test(t)) return parseFloat(t);
	if (tokens.peek() !== "(") return { name: t };
	var call = { call: t, args: [] };
	tokens.next();
	while (tokens.peek() !== ")") {
		call.args.push(expression(tokens, 1));
		if (tokens.peek() === ",") tokens.next();
	}
	tokens.expect(")");
	return call;
}
var operators = {
	"+": function (a, b) { return a + b; }, "-": function (a, b) { return a - b; },
	"*": function (a, b) { return a * b; }, "/": function (a, b) { return a / b; }, "^": Math.pow
};
function evaluate(node, scope) {
	if (typeof node === "number") return node;
	if (node.op) return operators[node.op](evaluate(node.left, scope), evaluate(node.right, scope));
	if (node.call) {
		if (!(node.call in Math)) throw new ReferenceError("no function " + node.call);
		return Math[node.call].apply(null, node.args.map(function (a) { return evaluate(a, scope); }));
	}
	if (!scope.hasOwnProperty(node.name)) throw new ReferenceError("no variable " + node.name);
	return scope[node.name];
}
var sources = ["1 + 2 * 3", "2 ^ 3 ^ 2", "(x + y) * (x - y)", "sqrt(x * x + y * y)", "max(x, y, 10) / 4", "-x + sin(0)", "z", "nothing(1)", "(1 + 2"];
sources.forEach(function (source) {
	try {
		var tree = expression(new Tokens(source), 1), sum = 0;
		for (var i = 0; i < 60; i++) sum += evaluate(tree, { x: i, y: i / 2 });
		print(source, "->", sum.toFixed(4), JSON.stringify(tree).length);
	} catch (e) {
		print(source, "->", e.name + ": " + e.message);
	}
});

var words = {};
var text = "the rain in spain stays mainly in the plain and the rain stays in spain";
for (var i = 0; i < 40; i++) text.replace(/[a-z]+/g, function (w) { words[w] = (words[w] || 0) + 1; return ""; });
print(Object.keys(words).sort(function (a, b) { return words[b] - words[a] || (a < b ? -1 : 1); }).map(function (w) { return w + ":" + words[w]; }).join(" "));

function Animal(name) { this.name = name; }
Animal.prototype = { speak: function () { return this.name + " " + this.sound(); }, sound: function () { return "is silent"; } };
function Dog(name) { Animal.call(this, name); }
Dog.prototype = Object.create(Animal.prototype, { sound: { value: function () { return "barks"; } } });
print([new Animal("fish"), new Dog("rex")].map(function (a) { return a.speak(); }).join(", "));

var data = [];
for (i = 0; i < 400; i++) data.push({ id: i, key: (i * 7919) % 1009, name: "item" + i.toString(36), tags: [i % 3, i % 5], nested: { half: i / 2 } });
var copy = JSON.parse(JSON.stringify(data));
copy.sort(function (a, b) { return a.key - b.key; });
print(copy.slice(0, 6).map(function (d) { return d.name + "=" + d.key; }), copy.reduce(function (s, d) { return s + d.nested.half; }, 0));
print(copy.filter(function (d) { return d.tags[0] === 1 && d.key < 50; }).length, copy.some(function (d) { return d.id === 399; }), copy.every(Object.isFrozen));

var memo = {};
function fib(n) { return n < 2 ? n : memo[n] || (memo[n] = fib(n - 1) + fib(n - 2)); }
function plain(n) { return n < 2 ? n : plain(n - 1) + plain(n - 2); }
print(fib(30), plain(15), (255).toString(2), parseInt("zz", 36), (1e21 / 7).toExponential(5), encodeURIComponent("a b&c=ü"));
print(new Date(Date.UTC(2024, 1, 29, 12, 30)).toISOString(), "a,b;c".split(/[,;]/), "Hello".charCodeAt(1), String.fromCharCode(72, 105), "  trim ".trim() + "|");
(function () {
	"use strict";
	try { undefinedVariable = 1; } catch (e) { print(e.name); } finally { print("finally"); }
	switch (typeof arguments) { case "object": print("object", arguments.length); break; default: print("other"); }
})(1, 2);
label: for (i = 0; i < 5; i++) for (var j = 0; j < 5; j++) { if (j === 3) continue label; if (i === 3) break label; }
print(i, j, [3, 1, 2].concat([5, 4]).sort().reverse(), [1, 2, 3, 4].splice(1, 2), isNaN("x" * 1), 7 >>> 1, ~5, void 0);
