import Contracts
import JSON

let jsonTargets = [
  FuzzTarget("canonical-json") { bytes in
    guard let value = accepted({ try CanonicalJSON.parse(bytes) }) else { return }
    let canonical = value.canonicalBytes
    let reread = try again("canonical JSON") { try CanonicalJSON.parseExact(canonical) }
    try require(reread == value, "the canonical spelling has another value")
    try require(reread.canonicalBytes == canonical, "canonical JSON is no fixed point")
  },
  FuzzTarget("json") { bytes in
    let strict = accepted { try CanonicalJSON.parse(bytes) }
    guard let value = accepted({ try JSONReader.lenient(bytes) }) else {
      return try require(strict == nil, "the strict reader takes what the lenient one refuses")
    }
    if let strict { try require(strict == value, "two readers, two values") }
    let minified = value.minifiedBytes
    try require(!minified.contains(0x0a), "minified JSON has a newline")
    let reread = try again("minified JSON") { try JSONReader.lenient(minified) }
    try require(reread == value, "the minified spelling has another value")
    try require(reread.minifiedBytes == minified, "minified JSON is no fixed point")
  },
  FuzzTarget("contract") { bytes in
    guard let contract = accepted({ try Contract(bytes: bytes) }) else { return }
    let canonical = contract.canonicalBytes
    let reread = try again("a contract's own spelling") { try Contract(bytes: canonical) }
    try require(reread.canonicalBytes == canonical, "a contract's spelling is no fixed point")
    try require(reread.facts == contract.facts, "the same contract has other facts")
  },
  FuzzTarget("imported-contract") { bytes in
    guard let given = accepted({ try ImportedContract(bytes: bytes) }) else { return }
    let found = Contract(handlerPath: "handler.ts")
    let merged = given.merged(with: found).canonicalBytes
    let reread = try again("a merged contract") { try Contract(bytes: merged) }
    try require(reread.canonicalBytes == merged, "a merged contract is another when it is read")
    guard let kept = reread.imported else { throw Broken(description: "what was given is lost") }
    try require(kept == given, "what was given is kept as something else")
    try require(
      kept.merged(with: found).canonicalBytes == merged,
      "merging what was kept gives another contract")
    try require(kept.lacking(found).isEmpty, "nothing is done, and something of it is missing")
  },
]
