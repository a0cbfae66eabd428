# Everything that is done with this project. `make help` lists it.
#
# The recipes are in scripts/ (bash) and xtask/ (Rust): this file only names them.

.DEFAULT_GOAL := help
.PHONY: help run build test test-layout bench-import bench-relay bench-store bench-copy bench-markdown bench-lighthouse traces fuzz dev fmt sizes clean

help: ## This list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/make \1|\2/p' Makefile | while IFS='|' read -r name text; do printf '%-18s %s\n' "$$name" "$$text"; done

run: ## Install what is missing, build, and serve on http://127.0.0.1:3000 (ARGS="…" goes to the program)
	@scripts/run $(ARGS)

build: ## The release: one file, target/release/aios-chat
	@scripts/build

test: ## Every check and test there is
	@scripts/test

test-layout: ## Whether cargo-leptos lays out the same site (installs cargo-leptos at first use)
	@scripts/check-layout

bench-import: ## How fast the import is, in Chromium and natively, and how much memory it takes (ARGS="…" to scripts/bench-import)
	@scripts/bench-import $(ARGS)

bench-store: ## Search, saving and memory of the store against SQLite alone (ARGS="--turns 1000000")
	@scripts/bench-store $(ARGS)

bench-relay: ## What the relay adds to a token, how much it carries, and its memory (ARGS="…" to scripts/bench-relay)
	@scripts/bench-relay $(ARGS)

bench-copy: ## How fast the browser's copy of the history is filled and searched, in Chromium (ARGS="100000" turns)
	@scripts/bench-copy $(ARGS)

bench-lighthouse: ## What Lighthouse says of the pages (ARGS="3 FOLDER": runs of each, and where the reports go)
	@scripts/bench-lighthouse $(ARGS)

bench-markdown: ## What an answer costs that comes in pieces, against marked, in Chromium (ARGS="7" rounds)
	@scripts/bench-markdown $(ARGS)

traces: ## Tasks and frames of the page while an answer streams and a long conversation is scrolled (ARGS="stream scroll open")
	@scripts/build
	@scripts/with-tools node end2end/traces.mjs $(ARGS)

fuzz: ## Look for files that the importer does not survive (MINUTES=10)
	@scripts/fuzz $(or $(MINUTES),10)

dev: ## Rebuild and reload on every change, with cargo-leptos (installed at first use)
	@scripts/dev

fmt: ## Format the Rust code
	@scripts/provision --tests
	@scripts/with-tools cargo fmt --all

sizes: build ## What a browser transfers, against the budgets
	@scripts/with-tools cargo run --quiet --package xtask --profile xtask -- sizes

clean: ## Remove what was built; the installed tools in .tools stay
	rm -rf target public/worker
