import Digests
import HandlerLanguage
import ProjectFiles

@testable import ArtifactGraph

let textTargets = [
  FuzzTarget("env") { bytes in
    guard let file = accepted({ try EnvFile.parse(bytes) }) else { return }
    try require(file.entries.map(\.line) == file.entries.map(\.line).sorted(), "lines in disorder")
    let lines = file.entries.compactMap { entry in
      quoted(entry.value).map { "\(entry.name)=\($0)\n" }
    }
    guard lines.count == file.entries.count else { return }
    let text = lines.joined()
    let reread = try again("a .env of ours") { try EnvFile.parse(text.utf8) }
    try require(
      reread.entries.map { [$0.name, $0.value] } == file.entries.map { [$0.name, $0.value] },
      "a .env reads as another")
    try require(reread.duplicates.count == file.duplicates.count, "other duplicates")
  },
  FuzzTarget("slug") { bytes in
    let slug = Slug.make(String(decoding: bytes, as: UTF8.self))
    try require(Slug.make(slug) == slug, "the slug \(slug) has another slug")
    try require(slug.utf8.count <= 63, "the slug \(slug) is too long")
  },
  FuzzTarget("ref") { bytes in
    guard let text = String(validating: bytes, as: UTF8.self), let ref = Ref(text) else { return }
    var spelled = ref.name
    if let back = ref.back { spelled += "~\(back)" }
    if let time = ref.atOrBefore {
      guard let date = utc(time) else { return }
      spelled += "@{\(date)}"
    }
    try require(Ref(spelled) == ref, "\(text) reads as one ref, \(spelled) as another")
  },
  FuzzTarget("digest") { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    guard let digest = Digest(text) else { return }
    try require(digest.description == text, "\(text) is spelled \(digest)")
    try require(Digest(digest.description) == digest, "\(digest) reads as another")
  },
  FuzzTarget("handler") { bytes in
    for path in ["handler.tsx", "handler.ts", "handler.js"] {
      let result = Program.load(entry: path) { $0 == path ? bytes : nil }
      try require((result.program == nil) == !result.errors.isEmpty, "neither program nor error")
      for diagnostic in result.diagnostics {
        try require(!diagnostic.description.isEmpty, "a diagnostic without words")
      }
      let second = Program.load(entry: path) { $0 == path ? bytes : nil }
      try require(
        second.diagnostics.map(\.description) == result.diagnostics.map(\.description),
        "the same source, other diagnostics")
    }
  },
]

/// A value as a `.env` can hold it; nil for one that no quotes can hold.
private func quoted(_ value: String) -> String? {
  let bytes = Array(value.utf8)
  if !bytes.contains(UInt8(ascii: "\"")) { return "\"\(value)\"" }
  if !bytes.contains(UInt8(ascii: "'")) { return "'\(value)'" }
  let edges = [bytes.first, bytes.last].compactMap(\.self)
  let special = Array(" \t\r'\"".utf8)
  return edges.contains(where: special.contains) ? nil : value
}

/// RFC 3339 in UTC, to the millisecond; nil for a year of other than four digits.
private func utc(_ milliseconds: Int64) -> String? {
  let day = (Double(milliseconds) / 86_400_000).rounded(.down)
  var (rest, year) = (Int64(day), Int64(1970))
  func length(_ year: Int64) -> Int64 {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 366 : 365
  }
  while rest < 0 {
    year -= 1
    rest += length(year)
  }
  while rest >= length(year) {
    rest -= length(year)
    year += 1
  }
  guard (0...9999).contains(year) else { return nil }
  let months: [Int64] = [
    31, length(year) - 337, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31,
  ]
  var month = 0
  while rest >= months[month] {
    rest -= months[month]
    month += 1
  }
  let time = milliseconds - Int64(day) * 86_400_000
  func digits(_ number: Int64, _ count: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.count)) + text
  }
  let date = "\(digits(year, 4))-\(digits(Int64(month + 1), 2))-\(digits(rest + 1, 2))"
  let (seconds, fraction) = (time / 1000, time % 1000)
  let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { digits($0, 2) }
  return "\(date)T\(clock.joined(separator: ":")).\(digits(fraction, 3))Z"
}
