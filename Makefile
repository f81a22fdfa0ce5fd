# The two commands of the README, and what contributors use beside them.

.PHONY: demo test lint fmt check help simulate crashes bench bench-web bench-growth bench-files attack

# Gatehouse with a local Salesforce org.
# `make demo ARGS=--once` plays it through by itself and checks the outcome.
demo:
	cargo run -p demo -- $(ARGS)

# All tests, on both databases and in a real browser.
# NEXTEST_ARGS chooses, for example `make test NEXTEST_ARGS='-E "test(magic_link)"'`.
test:
	@scripts/install-test-tools
	@scripts/with-postgres cargo nextest run --workspace $(NEXTEST_ARGS)

# Style, clippy's warnings, spelling, and what a dependency may be: licences, bans and
# sources, and none that isn't used. Advisories need the network: `cargo deny check advisories`.
lint:
	@scripts/install-lint-tools
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	scripts/check-spelling
	cargo shear
	cargo deny --all-features check licenses bans sources

# Every file in the style that `make lint` asks for.
fmt:
	cargo fmt --all

# Whether everything compiles, without building it.
check:
	cargo check --workspace --all-targets

# What can be made, with the first line of each comment.
help:
	@awk '/^# / { if (!about) about = substr($$0, 3) } \
	     /^[a-z-]+:/ { sub(":.*", ""); printf "make %-12s %s\n", $$0, about } \
	     /^$$/ { about = "" }' Makefile

# The delivery engine under a seeded scheduler.
# docs/reliability.md says what it promises. SEEDS says how many schedules, FIRST_SEED
# where to begin; `SEED=7 make simulate` plays one and prints what happened.
simulate:
	SEEDS=$${SEEDS:-1000000} cargo test --release --test simulation -- --nocapture

# Real processes that are killed again and again, in the long form.
crashes:
	@scripts/install-test-tools
	@GATEHOUSE_CRASHES=long scripts/with-postgres cargo nextest run -p gatehouse --test crashes \
	    --profile crashes $(NEXTEST_ARGS)

# How fast deliveries are, on both databases, beside clients written with jsforce.
# docs/benchmarks.md says what it prints. BENCH_ARGS chooses, for example
# `BENCH_ARGS='--short'`.
bench:
	@scripts/install-test-tools
	@scripts/install-bench-peers
	@scripts/with-postgres cargo bench --bench delivery -- $(BENCH_ARGS)

# How many pages a second, and how long one takes.
bench-web:
	cargo bench --bench web -- $(BENCH_ARGS)

# How long pages take as the data grows, to a million activities.
# BENCH_ARGS chooses, for example `BENCH_ARGS='--activities 1000,100000'`.
bench-growth:
	cargo bench --bench growth -- $(BENCH_ARGS)

# A document of 1 GiB in and out, and the memory it takes.
# BENCH_ARGS chooses, for example `BENCH_ARGS='--mib 256'`.
bench-files:
	cargo bench --bench files -- $(BENCH_ARGS)

# What single requests can do to a server.
# Attacks on a process of its own, and the memory it has before and after each. Takes about two minutes.
attack:
	cargo bench --bench attacks
