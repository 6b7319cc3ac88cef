# Each line here is a command that CI runs too. `just` alone lists them.

_default:
    @just --list --unsorted

# Everything that has to hold before a commit
check: format lint test

# Formatting, as rustfmt.toml says
format:
    cargo fmt --all --check

# Every warning is an error
lint:
    cargo clippy --workspace --all-targets -- -D warnings

# Unit, property, golden and black-box tests
test:
    cargo test --workspace

# Licences, banned crates and sources of the dependency tree
deny:
    cargo deny check licenses bans sources

# Okta's published SDKs against the emulator
clients:
    clients/test

# Requests and sign-ups a second, beside a bare hyper server
bench:
    cargo bench -p idxlab-cli --bench throughput

# How long 200 scenarios take, beside Hurl
bench-hurl:
    cargo bench -p idxlab-cli --bench hurl

# All of the above but the benchmark, as CI does it
ci:
    .ci/run
