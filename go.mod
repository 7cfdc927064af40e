module github.com/orcast/orcast

go 1.26.0

require (
	github.com/alecthomas/kong v1.17.0
	github.com/ebitengine/purego v0.11.3
	golang.org/x/sys v0.49.0
	google.golang.org/protobuf v1.36.11
)

require github.com/ianlancetaylor/demangle v0.0.0-20260724033716-83e58baca724
