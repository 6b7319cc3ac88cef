# CI runs these commands too. `just` without arguments lists them.

_default:
    @just --list --unsorted

# Run all checks that must pass before a commit
check: format lint test

# Check the formatting
format:
    cargo fmt --all --check

# Run Clippy; every warning is an error
lint:
    cargo clippy --workspace --all-targets -- -D warnings

# Run unit, property, golden and black-box tests
test:
    cargo test --workspace

# Fill an org up to its real limits, and compare the memory of the process with the counted bytes
full-limits:
    cargo test -p idx-tests --test full_limits

# Check the licences, banned crates and sources of the dependency tree
deny:
    cargo deny check licenses bans sources

# Run Okta's published SDKs against the emulator
clients:
    clients/test

# Measure requests and sign-ups per second, compared with a bare hyper server
bench:
    cargo bench -p idxlab-cli --bench throughput

# Measure the time for 200 scenarios, compared with Hurl
bench-hurl:
    cargo bench -p idxlab-cli --bench hurl

# Run all of the above except the benchmarks, as CI does
ci:
    .ci/run
