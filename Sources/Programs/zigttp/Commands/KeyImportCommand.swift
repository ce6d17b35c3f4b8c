import ArgumentParser
import Ledger
import Reports

/// `zigttp key import`
struct KeyImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Take a private key as your own for the ledger it names.",
    discussion: """
      The file, or standard input for -, holds one line, PRIVATE+KEY+…, as ~/.zigttp/keys has it. A \
      key never goes on the command line, where others could see it.
      """)

  @OptionGroup var global: GlobalOptions

  @Argument(help: "The file, or - for standard input.")
  var file: String

  func validate() throws {
    if file.hasPrefix("PRIVATE+KEY+") {
      throw ValidationError("name a file that holds the key, or - to read it from stdin")
    }
  }

  mutating func run() throws {
    let invocation = try Invocation.current(global)
    let (key, path) = try invocation.trust.importKey(
      InputFile.read(file, in: invocation, limit: 4096))
    Console().tell("imported to \(path)")
    try Console().answer(ImportedKeyDocument(key), asJSON: global.json)
  }
}
