import ArgumentParser
import Ledger
import Reports

/// `zigttp proofs forget`
struct ProofsForgetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forget",
    abstract: "Drop what is remembered of a ledger, so that it may be shorter than it was.",
    discussion: """
      zigttp remembers the last checkpoint it saw of each ledger, outside of every store, and finds \
      by it that a ledger was rolled back. Forget it only when you know why the ledger is shorter.
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "The ledger's name, as `zigttp proofs origin` prints it.")
  var origin: String

  mutating func run() throws {
    guard let memory = try Invocation.current(global).trust.memory else {
      throw CommandFailure(
        .failure, "nothing is remembered: neither XDG_STATE_HOME nor HOME is set")
    }
    let dropped = try memory.forget(origin)
    guard let seen = dropped.first else {
      let known = try memory.origins()
      throw CommandFailure(
        .failure, "nothing is remembered of '\(origin)'", details: known.map { "  \($0)" },
        next: known.isEmpty ? nil : "These are remembered.")
    }
    let document = ForgetDocument(
      origin, rows: seen.checkpoint.head.size, folder: seen.folder)
    if global.json { return try Console().answer(document, asJSON: true) }
    Console().tell(document.notice)
  }
}
