"""Symbolon beside anonlink (comparing) and clkhash (encoding), on the same records, in turns.

The lists for comparing are made-up bits that both sides make from one seed (SplitMix64). The list for encoding is written by
`symbolon bench pipeline --list` and read by both. Rates are pairs or records a CPU second of one core; of each program the best of
several turns counts, since a shared machine only ever slows. With --largest, times against records go into docs/performance.svg.
"""

import argparse
import io
import json
import multiprocessing
import os
import platform
import resource
import subprocess
import tempfile
import time

import anonlink
import clkhash
import numpy
from bitarray import bitarray
from clkhash import clk
from clkhash.comparators import NgramComparison
from clkhash.field_formats import FieldHashingProperties, StringSpec
from clkhash.schema import Schema

GAMMA = 0x9E3779B97F4A7C15


def words(seed, first, count):
    """`count` words of the stream of `seed`, from the one numbered `first`."""
    with numpy.errstate(over="ignore"):
        steps = numpy.arange(first + 1, first + 1 + count, dtype=numpy.uint64)
        z = numpy.uint64(seed) + steps * numpy.uint64(GAMMA)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        return z ^ (z >> numpy.uint64(31))


def filters(seed, records, length, sparse):
    """The encodings that `symbolon bench match` makes, as anonlink takes them."""
    drawn = words(seed, 0, records * length // 64 * (2 if sparse else 1))
    if sparse:
        drawn = drawn[0::2] & drawn[1::2]
    rows = drawn.reshape(records, length // 64).astype("<u8")
    found = []
    for row in rows:
        bits = bitarray(endian="little")
        bits.frombytes(row.tobytes())
        found.append(bits)
    return found


def cpu():
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def symbolon(binary, *arguments, threads=None):
    command = [binary, "--json", *(["--threads", str(threads)] if threads else []), *arguments]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def comparing(binary, records, dice):
    """Pairs a CPU second: Symbolon by kernel, and anonlink."""
    arguments = ["bench", "match", "--records", str(records)] + (["--dice", str(dice)] if dice else [])
    ours = symbolon(binary, *arguments, threads=1)["one_thread"]
    a, b = (filters(seed, records, 1024, dice is not None) for seed in (1, 2))
    before = cpu()
    anonlink.similarities.dice_coefficient_accelerated((a, b), (dice or 8500) / 10_000, k=100)
    return {one["kernel"]: one["pairs_per_second"] for one in ours}, records * records / (cpu() - before)


def best(turns):
    """The best of several turns, each side for itself."""
    kernels = {}
    theirs = 0.0
    for ours, other in turns:
        theirs = max(theirs, other)
        for kernel, rate in ours.items():
            kernels[kernel] = max(kernels.get(kernel, 0.0), rate)
    return kernels, theirs


def clk_schema(columns):
    """The list's columns; names, date, document, place and postcode as bigrams, the others left out."""
    from clkhash.field_formats import Ignore

    hashed = {"family", "given", "dob", "doc_no", "place", "postcode"}
    bigrams = FieldHashingProperties(comparator=NgramComparison(2), strategy=clkhash.field_formats.BitsPerTokenStrategy(18))
    return Schema(
        fields=[StringSpec(name, bigrams) if name in hashed else Ignore(name) for name in columns],
        l=1024,
        xor_folds=0,
        kdf_hash="SHA256",
        kdf_info=b"bench",
        kdf_key_size=64,
        kdf_salt=b"bench",
        kdf_type="HKDF",
    )


def encoding(binary, records):
    """Records a CPU second: from CSV to a sealed parcel, and from CSV to CLKs."""
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "list.csv")
        ours = symbolon(binary, "bench", "pipeline", "--records", str(records), "--list", path, threads=1)["measured"]
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines(keepends=True)
    theirs = min(records, 5000)
    schema = clk_schema(lines[0].strip().split(","))
    before = cpu()
    clk.generate_clk_from_csv(io.StringIO("".join(lines[: theirs + 1])), "secret", schema, validate=False, progress_bar=False)
    return {"pipeline": ours["records_per_second"]}, theirs / (cpu() - before)


SIDES = []


def compare_part(part):
    """One process's share of the first list with all of the second; both are inherited, not copied."""
    a, b = SIDES
    anonlink.similarities.dice_coefficient_accelerated((a[part :: os.cpu_count()], b), 0.85, k=100)


def curve(binary, largest):
    """Seconds against records, every core, of both; and what the largest of ours held in memory."""
    ours, theirs, memory = [], [], 0.0
    for records in [10_000, 20_000, 50_000, 100_000, 200_000, 300_000, 1_000_000]:
        if records <= largest:
            found = symbolon(binary, "bench", "match", "--records", str(records))
            ours.append((records, found["all_threads"]["seconds"]))
            memory = found["peak_bytes"] / (2 * records * 128)
        if records <= min(largest, 100_000):
            SIDES[:] = [filters(seed, records, 1024, False) for seed in (1, 2)]
            with multiprocessing.get_context("fork").Pool(os.cpu_count()) as pool:
                start = time.monotonic()
                pool.map(compare_part, range(os.cpu_count()))
                theirs.append((records, time.monotonic() - start))
    return ours, theirs, memory


def plot(ours, theirs, kernel):
    """A drawing on two logarithmic axes; measured points, and dashed lines in proportion to pairs."""
    from math import log10

    left, bottom, width, height = 70, 290, 470, 250
    x = lambda records: left + (log10(records) - 4) / 2 * width
    y = lambda seconds: bottom - (log10(seconds) + 2) / 6.5 * height
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 350" font-family="sans-serif" font-size="12" role="img">',
        "<title>Seconds to compare two lists, against records of each</title>",
        '<rect width="640" height="350" fill="white"/>',
    ]
    for exponent, name in [(-1, "0.1 s"), (0, "1 s"), (1, "10 s"), (2, "100 s"), (3, "17 min"), (4, "2.8 h")]:
        parts.append(f'<path d="M{left} {y(10**exponent):.1f}H{left + width}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 8}" y="{y(10**exponent) + 4:.1f}" text-anchor="end">{name}</text>')
    for records, name in [(10_000, "10,000"), (100_000, "100,000"), (1_000_000, "1,000,000")]:
        parts.append(f'<text x="{x(records):.1f}" y="{bottom + 18}" text-anchor="middle">{name}</text>')
    parts.append(f'<text x="{left + width / 2}" y="{bottom + 40}" text-anchor="middle">records of each list</text>')
    parts.append(f'<path d="M{left} {bottom - height}V{bottom}H{left + width}" stroke="black" fill="none"/>')
    for points, name, colour in [(ours, f"symbolon ({kernel})", "#0b5cad"), (theirs, "anonlink", "#b3470f")]:
        records, seconds = points[-1]
        end = seconds * (1_000_000 / records) ** 2
        parts.append(
            f'<path d="M{x(records):.1f} {y(seconds):.1f}L{x(1e6):.1f} {y(end):.1f}" stroke="{colour}" stroke-dasharray="5 4"/>'
        )
        line = " ".join(f"{x(r):.1f},{y(s):.1f}" for r, s in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x(r):.1f}" cy="{y(s):.1f}" r="3.5" fill="{colour}"/>' for r, s in points]
        parts.append(f'<text x="{x(1e6) + 6:.1f}" y="{y(end) + 4:.1f}" fill="{colour}">{name}</text>')
    parts.append("</svg>")
    return "\n".join(parts) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--records", type=int, default=16_384, help="records of each list for comparing")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--largest", type=int, help="draw the curve of time against records up to here")
    options = parser.parse_args()
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores; anonlink {anonlink.__version__}, "
          f"clkhash {clkhash.__version__}; best of {options.turns} turns, one core, CPU time")
    work = [
        ("comparing, every bit", lambda: comparing(options.binary, options.records, None), 1e6, "million pairs/s"),
        ("plain, Dice 0.85", lambda: comparing(options.binary, options.records, 8500), 1e6, "million pairs/s"),
        ("encoding, 5 fields", lambda: encoding(options.binary, 200_000), 1, "records/s"),
    ]
    for name, turn, unit, words_of in work:
        kernels, theirs = best([turn() for _ in range(options.turns)])
        print(f"{name}: the peer {theirs / unit:,.0f} {words_of}")
        for kernel, rate in kernels.items():
            print(f"  {kernel:<18} {rate / unit:>10,.0f} {words_of}, {rate / theirs:.1f} times the peer")
    if options.largest:
        ours, theirs, memory = curve(options.binary, options.largest)
        for name, points in [("symbolon", ours), ("anonlink", theirs)]:
            print(f"{name}, every core: " + ", ".join(f"{records:,}: {seconds:.2f} s" for records, seconds in points))
        print(f"at {ours[-1][0]:,} records symbolon held {memory:.2f} times the encodings in memory")
        kernel = symbolon(options.binary, "bench", "match", "--records", "64")["all_threads"]["kernel"]
        with open("docs/performance.svg", "w", encoding="utf-8") as file:
            file.write(plot(ours, theirs, kernel))


if __name__ == "__main__":
    main()
