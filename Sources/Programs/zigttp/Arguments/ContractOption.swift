import ArgumentParser
import Contracts
import Encodings
import JSON
import ProjectFiles

/// A contract that another compiler wrote.
struct ContractOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      A contract document of another compiler of the family, version 12 to 17 (- is stdin). What the \
      code does has to stand in it; of what both say holds, the lower is recorded.
      """, valueName: "file"))
  var contract: String?

  /// As nobody said anything, for a command that is made without the parser.
  static func usual() -> Self {
    var option = Self()
    option.contract = nil
    return option
  }

  /// The document; nil where none was named.
  func read(in invocation: Invocation) throws -> ImportedContract? {
    guard let contract else { return nil }
    let bytes = try InputFile.read(contract, in: invocation, limit: ImportedContract.mostBytes)
    let shown = contract == "-" ? "stdin" : contract
    if let encoding = EditedText.otherEncoding(of: bytes) {
      throw CommandFailure(.failure, "\(shown) is in \(encoding); UTF-8 is read here")
    }
    let text = EditedText.withoutMark(bytes)
    do throws(JSONError) {
      return try ImportedContract(bytes: text)
    } catch {
      if case .shape = error.reason {
        throw CommandFailure(.failure, "\(shown): \(error.what)")
      }
      let place = EditedText.place(of: error.offset, in: text)
      throw CommandFailure(
        .failure, "\(shown):\(place.line):\(place.column): \(String(error.what.prefix(200)))")
    }
  }
}
