import ArtifactGraph
import Encodings

extension CommandFailure {
  init(_ error: GraphError) {
    switch error {
    case .store(let cause): self.init(cause)
    case .ledger(let cause): self.init(cause)
    case .database(let code, let message):
      self.init(
        .failure, "graph.sqlite: \(message) (SQLite \(code))",
        next: "Remove .zigttp/graph.sqlite: it is made again from the ledger.")
    case .unknownRef(let ref):
      self.init(
        .failure, "nothing here is called '\(ref)'",
        next: "`zigttp proofs list` shows what there is.")
    case .malformedRef(let ref, let expected):
      self.init(.failure, "'\(ref)' is not a ref: expected \(expected)")
    case .ambiguousRef(let ref, let candidates):
      self.init(
        .failure, "'\(ref)' can mean \(candidates.count) digests",
        details: candidates.map { "  \($0.kind.rawValue) \($0.hex) (line \($0.line))" },
        next: "Write more digits.")
    case .query(let failure): self.init(failure)
    case .ambiguousObject(let text, let candidates):
      self.init(
        .failure, "'\(text)' can mean \(candidates.count) objects or more",
        details: candidates.map { "  \($0)" }, next: "Write more digits.")
    case .noRecord(let ref, let line):
      self.init(
        .failure, "'\(ref)' is line \(line) of the ledger, which names no deploy record",
        next: "Name an object by its digest.")
    case .indexDiffered(let line):
      self.init(
        .failure,
        "graph.sqlite did not say what line \(line) of the ledger gives; it was made again",
        next: "Run the command again: what it printed may lack rows.")
    case .ledgerChanged(let line):
      self.init(
        .integrity, "line \(line) of the ledger is not what was indexed",
        next: "Run the command again; if it stays, somebody edits proofs.jsonl.")
    }
  }
}

extension CommandFailure {
  init(_ failure: QueryFailure) {
    switch failure {
    case .notOneSelect(let found):
      self.init(
        .failure, "a query is one SELECT: found \(found)",
        next: "`zigttp help query` lists the views.")
    case .refused(let what):
      self.init(
        .failure, "a query only reads the views: \(what)", details: Self.views,
        next: "`schema/graph.sql` says what each holds.")
    case .hasParameters:
      self.init(.failure, "a query has no parameters such as ?: write the values into it")
    case .invalid(let message, let offset):
      self.init(
        .failure,
        "the query cannot be answered: \(message)"
          + (offset.map { " (at byte \($0))" } ?? ""),
        details: message.hasPrefix("no such") ? Self.views : [])
    case .tookTooLong(let seconds):
      self.init(
        .failure, "the query was stopped after \(seconds) seconds",
        next: "Ask for less, or give it more with --timeout S.")
    case .tooLarge(let what):
      self.init(.failure, "the query was stopped: it needs \(what)", next: "Ask for less.")
    }
  }

  // What there is to read, a view a line.
  private static var views: [SafeText] {
    ["The views and their columns:"]
      + GraphView.all.map { "  \($0.name)(\($0.columns.joined(separator: ", ")))" }
  }
}

extension GraphNotice {
  /// A sentence for stderr.
  var wording: SafeText {
    switch self {
    case .rebuiltDamaged(let reason):
      "graph.sqlite could not be used (\(reason)); it was made again from the ledger"
    case .rebuiltStale:
      "the ledger did not go on where graph.sqlite had stopped; the index was made again"
    case .rebuiltDiffering(let line):
      "graph.sqlite did not say what line \(line) of the ledger gives; it was made again"
    case .rowsGone(let count):
      "\(count) row(s) that were in proofs.jsonl are gone: if nobody meant that, put the file back "
        + "from a backup before the next deploy"
    case .foreignSetAside(let path, let reason):
      "graph.sqlite was not an index of zigttp that can be used (\(reason)); it was moved to \(path), "
        + "and the index was made again from the ledger"
    case .unopenable(let reason):
      "graph.sqlite cannot be used (\(reason)); the index is made in memory: check that you may "
        + "write it and that there is room, or move it away"
    case .unusableNow(let reason):
      "graph.sqlite cannot be used now (\(reason)); the index is made in memory, for this once"
    case .inMemory:
      "the store is read-only; the index is made in memory"
    case .tornTail(let bytes):
      "the ledger ends in \(bytes) bytes of an unfinished line, which is not read"
    }
  }
}

extension BadLine {
  /// A sentence for stderr.
  var wording: SafeText { "line \(line) of the ledger was skipped: \(reason)" }
}
