module github.com/orcast/orcast

go 1.26
