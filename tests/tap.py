"""Run unittest cases as TAP, so that meson and the count see each of them and the reason why one was skipped."""

import signal
import sys
import traceback
import unittest

# The tests may have been started so that they outlive their terminal; what they start is to be told of its end.
signal.signal(signal.SIGHUP, signal.SIG_DFL)


def sentence(test):
    """The name of a case: its class and method, as the C tests name theirs."""
    if not isinstance(test, unittest.TestCase):
        return str(test)
    return f"/{type(test).__name__.lower()}/{test._testMethodName.removeprefix('test_').replace('_', '-')}"


class TapResult(unittest.TestResult):
    def __init__(self, stream):
        super().__init__()
        self.out = stream
        self.number = 0

    def say(self, test, good, directive=""):
        self.number += 1
        self.out.write(f"{'ok' if good else 'not ok'} {self.number} {sentence(test)}{directive}\n")
        self.out.flush()

    def say_why(self, error):
        for line in "".join(traceback.format_exception(*error)).splitlines():
            self.out.write(f"# {line}\n")

    def addSuccess(self, test):
        self.say(test, True)

    def addError(self, test, error):
        super().addError(test, error)
        self.say(test, False)
        self.say_why(error)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self.say(test, False)
        self.say_why(error)

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error is not None:
            self.say(test, False)
            self.say_why(error)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.say(test, True, f" # SKIP {reason}")


def main():
    """Run every case of the calling program, or those whose name holds an argument; exits 1 on failure."""
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    wanted = sys.argv[1:]

    def flat(tests):
        for test in tests:
            if isinstance(test, unittest.TestSuite):
                yield from flat(test)
            elif not wanted or any(word in sentence(test) for word in wanted):
                yield test

    # Nothing but TAP may go to standard output, or meson complains.
    result = TapResult(sys.stdout)
    unittest.TestSuite(flat(suite)).run(result)
    print(f"1..{result.number}", flush=True)
    sys.exit(0 if result.wasSuccessful() and result.number else 1)
