// Exceptions, virtual functions and templates, compiled by several versions of clang for TestCompare.
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

struct Shape {
	virtual ~Shape() = default;
	virtual double area() const = 0;
};
struct Square final : Shape {
	double side;
	explicit Square(double s) : side(s) { if (s < 0) throw std::invalid_argument("negative"); }
	double area() const override { return side * side; }
};
template <typename T> T twice(T x) { return x + x; }
inline int shared_counter = 0;
thread_local std::string per_thread = "none";
static std::map<std::string, std::unique_ptr<Shape>> shapes;

double total(const std::vector<double> &sides) {
	double sum = 0;
	for (double s : sides) {
		try {
			auto square = std::make_unique<Square>(s);
			sum += twice(square->area());
			shapes[per_thread + std::to_string(s)] = std::move(square);
		} catch (const std::invalid_argument &e) {
			shared_counter += e.what()[0];
		} catch (...) {
			throw;
		}
	}
	auto add = [&sum](int n) { sum += n; return sum > 3; };
	return add(shared_counter) ? sum : twice(1);
}

int main(int argc, char **) { return (int)total({1.0, double(argc), -1.0}); }
