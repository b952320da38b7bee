"""Functions of a person that leave, crash, loop, print, close files or take all memory, as one file."""

MISBEHAVING = """
import os, sys, threading, time
import numpy as np
import pytest
from hypothesis.errors import StopTest

def leave(x: "N"):
    sys.exit(0)

def leave_later(x: "N"):
    if (x > 1).any():
        raise SystemExit
    return x, lambda g: g

def leave_backward(x: "N"):
    return x, lambda g: sys.exit(0)

def leave_at_once(x: "N"):
    os._exit(0)

def crash(x: "N"):
    os.abort()

def interrupt(x: "N"):
    raise KeyboardInterrupt

def close(x: "N"):
    raise GeneratorExit

def base(x: "N"):
    raise BaseException("of its own")

def skip(x: "N"):
    pytest.skip("not today")

def stop(x: "N"):
    raise StopTest(3)

def memory(x: "N"):
    raise MemoryError("9 TB")

def loop(x: "N"):
    while True:
        pass

def loop_later(x: "N"):
    while (x > 1).any():
        time.sleep(1)
    return x, lambda g: g

def wrong_then_loop(x: "N, D"):
    while x.size < 3:
        time.sleep(1)
    return x, lambda g: 2 * g

def square(x: "N"):
    return x**2, lambda g: 2 * g * x

def loud(x: "N"):
    print("printed")
    for descriptor in range(1, 40):
        try:
            os.write(descriptor, b"written")
        except OSError:
            pass
    x.size > 1 or os.system("echo from a shell")
    return x**2, lambda g: 2 * g * x

def closing(x: "N"):
    os.closerange(0, 100)
    return x**2, lambda g: 2 * g * x

def asks(x: "N"):
    input("a question")

def leaves_a_thread(x: "N"):
    threading.Thread(target=threading.Event().wait).start()
    return x**2, lambda g: 2 * g * x

async def later(x: "N"):
    return x, lambda g: g

def nothing(x: "N"):
    return np.zeros(0), lambda g: np.zeros_like(x)

def memory_backward(x: "N"):
    def backward(g):
        raise MemoryError("9 TB")
    return x, backward
"""
