// Danger: regex, iostream, locale, filesystem, chrono, random, string_view, variant, format of numbers: much code of
// templates and of libstdc++.so, with facets looked up by identity.
#include <algorithm>
#include <any>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iomanip>
#include <iostream>
#include <locale>
#include <map>
#include <numeric>
#include <optional>
#include <random>
#include <ranges>
#include <regex>
#include <set>
#include <sstream>
#include <variant>

struct Grouping : std::numpunct<char> {
  char do_thousands_sep() const override { return '\''; }
  std::string do_grouping() const override { return "\3"; }
};
namespace fs = std::filesystem;

int main() {
  std::regex pattern("(\\w+)@(\\w+)\\.com");
  std::string text = "alice@example.com, bob@test.com";
  for (std::sregex_iterator it(text.begin(), text.end(), pattern), end; it != end; ++it)
    std::cout << (*it)[1] << " at " << (*it)[2] << "\n";
  std::cout << std::regex_replace(text, pattern, "$2:$1") << "\n";

  std::cout.imbue(std::locale(std::locale::classic(), new Grouping));
  std::cout << 1234567 << " " << std::fixed << std::setprecision(2) << 9876.543 << std::endl;
  std::cout.imbue(std::locale::classic());
  std::cout << std::hex << std::showbase << 255 << std::dec << " " << std::setw(8) << std::setfill('*') << 42 << "\n";

  fs::path directory = fs::temp_directory_path() / ("orcast-test-" + std::to_string(std::random_device{}()));
  fs::create_directories(directory / "a" / "b");
  std::ofstream(directory / "a" / "file.txt") << "line 1\nline 2\n";
  std::set<std::string> names;
  for (const auto &entry : fs::recursive_directory_iterator(directory))
    names.insert(entry.path().lexically_relative(directory).string());
  for (const auto &name : names)
    std::cout << name << "\n";
  std::ifstream in(directory / "a" / "file.txt");
  for (std::string line; std::getline(in, line);)
    std::cout << "[" << line << "]";
  std::cout << "\n" << fs::remove_all(directory) << "\n";
  try {
    fs::file_size(directory);
  } catch (const fs::filesystem_error &e) {
    std::cout << e.code().value() << "\n";
  }

  std::mt19937 random(42);
  std::vector<int> v(10);
  std::iota(v.begin(), v.end(), 0);
  std::shuffle(v.begin(), v.end(), random);
  for (int x : v | std::views::filter([](int x) { return x % 2; }) | std::views::transform([](int x) { return x * x; }))
    std::cout << x << " ";
  std::cout << "\n" << std::normal_distribution<>(5, 2)(random) << "\n";

  std::variant<int, std::string, double> variant = "text";
  std::visit([](const auto &x) { std::cout << x << "\n"; }, variant);
  variant = 2.5;
  std::visit([](const auto &x) { std::cout << x << "\n"; }, variant);
  std::any any = std::string("any");
  std::cout << std::any_cast<std::string>(any) << " " << (std::any_cast<int>(&any) == nullptr) << "\n";
  std::optional<int> nothing;
  std::cout << nothing.value_or(3) << "\n";
  std::istringstream words("the quick brown fox the lazy dog the end");
  std::map<std::string, int> counts;
  for (std::string w; words >> w;)
    counts[w]++;
  for (const auto &[word, count] : counts)
    std::cout << word << "=" << count << " ";
  std::cout << "\n";
  using namespace std::chrono;
  std::cout << duration_cast<minutes>(hours(2) + seconds(61)).count() << "\n";
  std::function<int(int)> factorial = [&](int n) { return n < 2 ? 1 : n * factorial(n - 1); };
  std::cout << factorial(10) << std::endl;
  std::cerr << "done\n";
}
