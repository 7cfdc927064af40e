package cache

import (
	"errors"

	"google.golang.org/protobuf/encoding/protowire"
)

// What Bazel keeps under an action's key is the message ActionResult of its remote execution API, in Protocol Buffers'
// binary form (build/bazel/remote/execution/v2/remote_execution.proto in github.com/bazelbuild/remote-apis). Of it
// these fields are used here; servers check that it is such a message, and add fields of their own.
//
//	ActionResult: 2 output_files, repeated OutputFile
//	OutputFile:   1 path, string; 2 digest, Digest
//	Digest:       1 hash, string: SHA-256 in lower-case hexadecimal; 2 size_bytes, int64
const (
	fieldOutputFiles = 2
	fieldPath        = 1
	fieldDigest      = 2
	fieldHash        = 1
	fieldSize        = 2
)

// maxResult bounds an ActionResult in bytes; one takes about a hundred, and what the server adds.
const maxResult = 64 << 10

// result is an ActionResult with one file.
type result struct {
	path string
	hash Key
	size int64
}

func (r result) marshal() []byte {
	var digest, file []byte
	digest = protowire.AppendTag(digest, fieldHash, protowire.BytesType)
	digest = protowire.AppendString(digest, r.hash.String())
	digest = protowire.AppendTag(digest, fieldSize, protowire.VarintType)
	digest = protowire.AppendVarint(digest, uint64(r.size))
	file = protowire.AppendTag(file, fieldPath, protowire.BytesType)
	file = protowire.AppendString(file, r.path)
	file = protowire.AppendTag(file, fieldDigest, protowire.BytesType)
	file = protowire.AppendBytes(file, digest)
	return protowire.AppendBytes(protowire.AppendTag(nil, fieldOutputFiles, protowire.BytesType), file)
}

var errNoResult = errors.New("what stands under the key is no ActionResult with one file")

// parseResult reads an ActionResult that must have exactly one file.
func parseResult(data []byte) (r result, err error) {
	files := 0
	ok := fields(data, func(number protowire.Number, value []byte, _ uint64) bool {
		if number != fieldOutputFiles {
			return true
		}
		files++
		return r.parseFile(value)
	})
	if !ok || files != 1 {
		return result{}, errNoResult
	}
	return r, nil
}

func (r *result) parseFile(file []byte) bool {
	var digest []byte
	ok := fields(file, func(number protowire.Number, value []byte, _ uint64) bool {
		switch number {
		case fieldPath:
			r.path = string(value)
		case fieldDigest:
			digest = value
		}
		return true
	})
	return ok && r.parseDigest(digest)
}

func (r *result) parseDigest(digest []byte) bool {
	var isHash bool
	ok := fields(digest, func(number protowire.Number, value []byte, n uint64) bool {
		switch number {
		case fieldHash:
			r.hash, isHash = parseKey(string(value))
		case fieldSize:
			r.size = int64(n)
		}
		return true
	})
	return ok && isHash && r.size >= 0
}

// fields calls visit with each field of a message: with its bytes, or its number if it is one. It stops and gives false
// if visit does or if the message is malformed. A field of another type than expected has neither, as if it were empty.
func fields(message []byte, visit func(number protowire.Number, value []byte, n uint64) bool) bool {
	for len(message) > 0 {
		number, kind, length := protowire.ConsumeTag(message)
		if length < 0 {
			return false
		}
		message = message[length:]
		var value []byte
		var n uint64
		switch kind {
		case protowire.BytesType:
			value, length = protowire.ConsumeBytes(message)
		case protowire.VarintType:
			n, length = protowire.ConsumeVarint(message)
		default:
			length = protowire.ConsumeFieldValue(number, kind, message)
		}
		if length < 0 || !visit(number, value, n) {
			return false
		}
		message = message[length:]
	}
	return true
}
