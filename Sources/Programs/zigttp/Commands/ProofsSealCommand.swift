import ArgumentParser
import ContentStore
import Digests
import Encodings
import Ledger
import Reports

/// `zigttp proofs seal`
struct ProofsSealCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "seal",
    abstract: "Show the rows that nobody signed and, with --confirm, sign them.",
    discussion: """
      Rows beyond the checkpoint that no append of zigttp explains were written by somebody else. \
      This command shows them and ends with 7; look at them before you sign. --root ties the \
      signature to what was shown, should somebody write in between.
      """)

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Sign the rows.")
  var confirm = false

  @Option(help: ArgumentHelp("Sign only this root, or one that starts so.", valueName: "hex"))
  var root: String?

  func validate() throws {
    guard let root else { return }
    guard root.utf8.count >= 8, root.utf8.count <= 64, Digest(sha256Hex: padded(root)) != nil else {
      throw ValidationError("--root is '\(root)', expected 8 to 64 lower-case hex digits")
    }
  }

  private func padded(_ hex: String) -> String {
    hex + String(repeating: "0", count: 64 - hex.utf8.count)
  }

  mutating func run() throws {
    let invocation = try Invocation.current(global)
    let store = try invocation.existingStore(named: global.store)
    let console = Console()
    let lock =
      confirm
      ? try store.lockForWriting(command: "proofs seal") {
        console.tell(WriterLock.wording(ofWaitFor: $0))
      }
      : nil
    let report = try LedgerVerification(store, trust: invocation.trust).run()
    if let obstacle = LedgerSealing.obstacle(in: report) {
      throw CommandFailure(.integrity, obstacle.wording, next: obstacle.next)
    }
    if let root, !report.root.hex.hasPrefix(root), report.unsealed != nil {
      throw CommandFailure(
        .integrity, "the root is \(report.root.hex), expected \(root): somebody wrote in between",
        next: "Run `zigttp proofs seal` again and look at the rows.")
    }
    var sealed: Checkpoint?
    if !global.json, let numbers = report.unsealed { try show(numbers, of: store, console) }
    if let lock, report.unsealed != nil {
      let done = try LedgerSealing(store, holding: lock, trust: invocation.trust)
        .seal(root: report.root)
      for notice in done?.notices ?? [] { console.tell(notice.wording) }
      sealed = done?.checkpoint
    }
    try answer(report, sealed, LedgerFile(store), console)
    if report.unsealed != nil, sealed == nil {
      throw CommandFailure(answered: .integrity, "rows are unsealed, and nothing was signed")
    }
  }

  // Before anything is signed, and without holding them all.
  private func show(
    _ numbers: ClosedRange<Int>, of store: ContentStore, _ console: Console
  ) throws {
    var text: SafeText = ""
    var failure: (any Error)?
    func flush() {
      do { try console.answer(text) } catch { failure = failure ?? error }
      text = ""
    }
    try LedgerFile(store).lines(numbers: numbers) { line in
      text += "\(RowDescription(line).text)\n"
      if text.text.utf8.count > 64 << 10 { flush() }
    }
    flush()
    if let failure { throw failure }
  }

  private func answer(
    _ report: LedgerReport, _ sealed: Checkpoint?, _ ledger: LedgerFile, _ console: Console
  ) throws {
    if global.json {
      let rows = try RowDescription.first(.max >> 1, of: report.unsealed, in: ledger)
      return try console.answer(
        SealDocument(report, unsealed: rows, isSealed: sealed != nil), asJSON: true)
    }
    if report.unsealed == nil {
      console.tell("every row is sealed; there is nothing to sign")
    } else if let sealed {
      console.tell("sealed: the checkpoint covers \(sealed.size) row(s)")
    } else {
      console.tell(
        "nothing was signed; if these rows are right: "
          + "`zigttp proofs seal --confirm --root \(report.root.hex.prefix(16))`")
    }
  }
}
