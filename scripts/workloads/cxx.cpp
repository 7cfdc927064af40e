// A C++ program that leans on what is hard for a JIT: exceptions through many frames and between threads, iostreams,
// threads, thread_local objects with destructors, call_once, static constructors and destructors, virtual calls and
// templates. Its output does not depend on timing.
#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <future>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace {

struct Announce {
	std::ios_base::Init streams; // an object of priority 200 is made before the streams of <iostream> are
	explicit Announce(std::string n) : name(std::move(n)) { std::cout << "construct " << name << '\n'; }
	~Announce() { std::cout << "destroy " << name << '\n'; }
	std::string name;
};

Announce second("second (default priority)");
__attribute__((init_priority(200))) Announce first("first (priority 200)");

std::atomic<int> ended{0};

struct PerThread {
	int calls = 0;
	~PerThread() { ended += 1; }
};
thread_local PerThread per_thread;

struct Error : std::runtime_error {
	Error(const std::string &what, int depth) : std::runtime_error(what), depth(depth) {}
	int depth;
};

struct Shape {
	virtual ~Shape() = default;
	virtual double area() const = 0;
	virtual std::string name() const = 0;
};

struct Circle final : Shape {
	explicit Circle(double r) : r(r) {}
	double area() const override { return 3.14159265358979 * r * r; }
	std::string name() const override { return "circle"; }
	double r;
};

struct Rectangle final : Shape {
	Rectangle(double a, double b) : a(a), b(b) {
		if (a < 0 || b < 0) throw std::invalid_argument("a negative side");
	}
	double area() const override { return a * b; }
	std::string name() const override { return "rectangle"; }
	double a, b;
};

__attribute__((noinline)) int descend(int depth, int limit) {
	std::vector<int> unwound(depth); // gives every frame something to clean up
	if (depth == limit) throw Error("the bottom", depth);
	return descend(depth + 1, limit) + static_cast<int>(unwound.size());
}

__attribute__((noinline)) int rethrow(int depth) {
	try {
		return descend(0, depth);
	} catch (const Error &e) {
		std::ostringstream text;
		text << e.what() << " at " << e.depth;
		std::throw_with_nested(std::logic_error(text.str()));
	}
}

void exceptions() {
	for (int depth : {0, 1, 50}) {
		try {
			rethrow(depth);
		} catch (const std::exception &e) {
			std::cout << "caught " << e.what();
			try {
				std::rethrow_if_nested(e);
			} catch (const Error &inner) {
				std::cout << ", nested " << inner.what() << ' ' << inner.depth;
			}
			std::cout << '\n';
		}
	}
	try {
		std::vector<int>(3).at(7);
	} catch (const std::out_of_range &) {
		std::cout << "out of range\n";
	}
	try {
		throw 42;
	} catch (int n) {
		std::cout << "an int: " << n << '\n';
	}
}

void shapes() {
	std::vector<std::unique_ptr<Shape>> all;
	for (int i = 1; i <= 5; i++) {
		all.push_back(std::make_unique<Circle>(i));
		all.push_back(std::make_unique<Rectangle>(i, i + 1));
	}
	try {
		all.push_back(std::make_unique<Rectangle>(1, -1));
	} catch (const std::invalid_argument &e) {
		std::cout << "refused: " << e.what() << '\n';
	}
	std::sort(all.begin(), all.end(), [](const auto &a, const auto &b) { return a->area() < b->area(); });
	for (const auto &shape : all)
		std::cout << std::setw(10) << shape->name() << std::setw(10) << std::fixed << std::setprecision(3)
				  << shape->area() << '\n';
}

std::once_flag once;

long work(int seed, int rounds) {
	std::call_once(once, [] { std::cout << "once\n"; });
	long sum = 0;
	for (int i = 0; i < rounds; i++) {
		per_thread.calls++;
		sum += (seed * 31L + i) % 97;
	}
	return sum + per_thread.calls;
}

void threads() {
	std::vector<std::thread> pool;
	std::vector<long> sums(8);
	std::mutex lock;
	std::condition_variable all_done;
	int done = 0;
	for (int t = 0; t < 8; t++)
		pool.emplace_back([&, t] {
			sums[t] = work(t, 1000 * (t + 1));
			std::lock_guard<std::mutex> held(lock);
			done++;
			all_done.notify_one();
		});
	{
		std::unique_lock<std::mutex> held(lock);
		all_done.wait(held, [&] { return done == 8; });
	}
	for (auto &thread : pool) thread.join();
	std::cout << "sum " << std::accumulate(sums.begin(), sums.end(), 0L) << ", thread locals ended " << ended << '\n';

	auto failing = std::async(std::launch::async, [](int depth) { return descend(0, depth); }, 5);
	try {
		failing.get();
	} catch (const Error &e) {
		std::cout << "from the other thread: " << e.what() << ' ' << e.depth << '\n';
	}
}

void words() {
	std::istringstream text("the quick brown fox jumps over the lazy dog the end");
	std::map<std::string, int> count;
	for (std::string word; text >> word;) count[word]++;
	for (const auto &[word, n] : count) std::cout << word << '=' << n << ' ';
	std::cout << '\n';

	std::function<long(long)> factorial = [&](long n) { return n < 2 ? 1 : n * factorial(n - 1); };
	std::cout << std::hex << std::showbase << factorial(15) << std::dec << '\n';
}

} // namespace

int main(int argc, char **argv) {
	static Announce local("local");
	for (int i = 1; i < argc; i++) std::cout << "argument " << argv[i] << '\n';
	long number = 0;
	while (std::cin >> number) std::cout << "read " << number << '\n';
	exceptions();
	shapes();
	words();
	threads();
	std::cerr << "all done\n";
	return 3;
}
