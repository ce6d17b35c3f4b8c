import Contracts
import HandlerProver

@testable import HandlerLanguage

let languageTargets = [
  FuzzTarget("lexer") { bytes in
    guard String(validating: bytes, as: UTF8.self) != nil else { return }
    var lexer = Lexer(bytes: bytes)
    var end = lexer.offset
    var (line, column) = (1, 0)
    while true {
      let before = lexer.offset
      guard let token = accepted({ () throws(SyntaxFailure) in try lexer.next() }) else { return }
      try require(token.start >= end && token.end >= token.start, "tokens overlap")
      try require(token.end <= bytes.count, "a token goes on behind the text")
      try require(
        token.line > line || token.line == line && token.column > column, "places go backwards")
      (line, column, end) = (token.line, token.column, token.end)
      if token.kind == .endOfFile { break }
      try require(lexer.offset > before, "a token of nothing")
    }
    try require(lexer.isAtEnd, "the end comes before the end")
  },
  FuzzTarget("prover") { bytes in
    guard bytes.count <= 4096 else { return }
    let result = Program.load(entry: "handler.tsx") { $0 == "handler.tsx" ? bytes : nil }
    guard let program = result.program else { return }
    let proof = Prover.prove(program, handlerPath: "handler.tsx")
    let canonical = proof.contract.canonicalBytes
    let reread = try again("a contract") { try Contract(bytes: canonical) }
    try require(reread.facts == proof.contract.facts, "the same contract, other facts")
    let second = Prover.prove(program, handlerPath: "handler.tsx")
    try require(second.contract.canonicalBytes == canonical, "the same program, another contract")
    // A comment says nothing.
    let spaced = Program.load(entry: "handler.tsx") { path in
      path == "handler.tsx" ? Array("/* */ ".utf8) + bytes : nil
    }
    guard let moved = spaced.program, !bytes.starts(with: [0xEF]), !bytes.starts(with: [0x23])
    else { return }
    try require(
      Prover.prove(moved, handlerPath: "handler.tsx").contract.canonicalBytes == canonical,
      "a comment changes the contract")
  },
]
