@testable import GitFiles

let gitTargets = [
  FuzzTarget("git-config") { bytes in
    guard
      let variables = accepted({ () throws(ConfigParser.Malformed) in
        try ConfigParser.variables(in: bytes)
      })
    else { return }
    for variable in variables {
      try require(!variable.name.contains(0), "a name with a NUL")
      try require(variable.value?.contains(0) != true, "a value with a NUL")
    }
    // Comments and blank lines between say nothing.
    let more = try again("the same behind a comment") {
      try ConfigParser.variables(in: Array("# a\n\n".utf8) + bytes.drop { $0 >= 0xbb })
    }
    try require(bytes.first ?? 0 >= 0xbb || more.count == variables.count, "other variables")
  },
  FuzzTarget("git-pattern") { bytes in
    let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    guard let pattern = parts.first.map(Array.init) else { return }
    let text = parts.count > 1 ? Array(parts[1]) : []
    _ = Wildmatch.matches(pattern, text, ignoringCase: true)
    if Wildmatch.matches(pattern, text) {
      try require(
        Wildmatch.matches(Array("**/".utf8) + pattern, Array("a/".utf8) + text),
        "a pattern that matches does not match further below")
    }
    let escaped = text.flatMap { [UInt8(ascii: "\\"), $0] }
    try require(Wildmatch.matches(escaped, text), "a text does not match itself")
    try require(Wildmatch.matches(Array("**".utf8), text), "something is not everything")
  },
  FuzzTarget("git-delta") { bytes in
    let base = Array(bytes.prefix(32))
    guard
      let made = accepted({ () throws(GitObject.Unreadable) in
        try Delta.apply(Array(bytes.dropFirst(32)), to: base)
      })
    else { return }
    try require(made.count <= GitObject.limit, "more than the limit")
  },
  FuzzTarget("git-zlib") { bytes in
    var rest = bytes[...]
    let limit = 1 << 16
    let made = accepted { () throws(GitObject.Unreadable) in
      try Inflation.bytes(limit: limit) { () throws(GitObject.Unreadable) in
        defer { rest = rest.dropFirst(7) }
        return Array(rest.prefix(7))
      }
    }
    try require(made?.count ?? 0 <= limit, "more than the limit")
  },
]
