# A thin front for meson, which is the build system: everything here can be typed by hand.

.DEFAULT_GOAL := help
BUILD := build

.PHONY: help run build check check-deep bench install uninstall format pot clean

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

run: ## Install what is missing, build, and open the app (without a display: sluicectl watch)
	@scripts/dependencies.sh run
	@scripts/build.sh $(BUILD)
	@scripts/run.sh $(BUILD)

build: ## Build, with what is installed
	@scripts/build.sh $(BUILD)

check: ## Install what the tests need, build with warnings as errors, run the tests, end with the count
	@scripts/check.sh $(BUILD)

check-deep: ## The same, then a build with clang, the tests under sanitizers, and fuzzing
	@scripts/check-deep.sh $(BUILD)

bench: build ## Measure what the project promises about its own cost
	@meson test -C $(BUILD) --no-rebuild --benchmark --verbose

install: build ## Install, by default below /usr/local; DESTDIR is obeyed
	@meson install -C $(BUILD) --no-rebuild

uninstall: ## Remove what the last `make install` installed
	@ninja -C $(BUILD) uninstall

format: ## Lay out the C sources as .clang-format says
	@scripts/check-format.py --fix

pot: build ## Collect the texts to translate into po/sluice.pot
	@ninja -C $(BUILD) sluice-pot

clean: ## Remove everything that was built
	rm -rf $(BUILD) $(BUILD)-asan $(BUILD)-tsan $(BUILD)-clang $(BUILD)-fuzz
