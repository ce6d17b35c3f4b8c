import ArgumentParser
import DevServer

/// `zigttp dev`: serves the handler while it is written.
struct DevCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dev",
    abstract: "Serve the handler while it is written.",
    discussion: """
      With --watch each save is proven and takes the place of the handler before: its card is printed \
      against the last one, requests in flight finish on the old one, pages that a browser shows load \
      again. A save that is refused leaves the old handler serving; the error is shown here and in the \
      browser. What handlers stored is kept over saves: type r and return to forget it, q to end. \
      --prove records each save in the ledger as a row of kind swap. The environment is that of this \
      process, and what .env sets.
      """)

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Serve what is saved, from then on.")
  var watch = false

  @Flag(help: "Record each save in the ledger.")
  var prove = false

  @Option(name: [.short, .long], help: "The port to listen on; 0 takes a free one.")
  var port = 3000

  @Option(help: "The address to listen on.")
  var host = "127.0.0.1"

  @Option(help: "Keep rows of zigttp:sql in FILE instead of in memory.")
  var sqlite: String?

  @Flag(help: "Forget what handlers stored at each save.")
  var fresh = false

  func validate() throws {
    guard (0...65535).contains(port) else {
      throw ValidationError("--port is \(port), expected 0 to 65535")
    }
  }

  mutating func run() throws {
    var options = DevServer.Options()
    (options.host, options.port, options.database) = (host, port, sqlite)
    let session = try DevSession(
      options, global, invocation: try Invocation.current(global),
      choices: DevSession.Choices(isWatching: watch, isRecording: prove, isFresh: fresh))
    try session.run()
  }
}
