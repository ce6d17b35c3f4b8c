import Encodings
import Glibc
import HandlerRuntime

/// Finding the handler to work on, and saying what is wrong with it.
struct PackedHandler {
  var payload: Payload
  /// The binary it came in; nil for a folder.
  var binary: PackedBinary?

  /// Why there is none.
  struct Problem: Error {
    var exitCode: ExitCode
    var lines: [SafeText]

    init(exitCode: ExitCode, lines: [SafeText]) {
      self.exitCode = exitCode
      self.lines = lines
    }

    /// Why something that is no handler could not be read.
    init(_ what: String, _ error: PayloadError) {
      switch error {
      case .unreadable(_, let reason): self.init(exitCode: .failure, lines: ["\(what): \(reason)"])
      case .tooLarge(let limit):
        self.init(exitCode: .failure, lines: ["\(what) has more than \(limit) bytes"])
      case .differs(let differences):
        self.init(exitCode: .integrity, lines: differences.map { "\($0)" })
      }
    }
  }

  static func find(_ folder: String?) throws(Problem) -> PackedHandler {
    do throws(PayloadError) {
      if let folder { return PackedHandler(payload: try Payload(folder: folder), binary: nil) }
      if let binary = try PackedBinary.read(RuntimeProgram.executable) {
        return PackedHandler(payload: binary.payload, binary: binary)
      }
    } catch {
      throw problem(error)
    }
    throw Problem(
      exitCode: .usage,
      lines: ["this runtime carries no handler; name the folder of one: zigttp-runtime serve DIR"])
  }

  /// The handler of an app layer's tar on standard input.
  static func readLayer() throws(Problem) -> Payload {
    do throws(PayloadError) { return try Payload(layerIn: STDIN_FILENO) } catch {
      throw problem(error)
    }
  }

  private static func problem(_ error: PayloadError) -> Problem {
    switch error {
    case .differs(let differences):
      Problem(
        exitCode: .integrity,
        lines: ["the handler is not what was packed; deploy it again"] + differences.map { "\($0)" }
      )
    case .unreadable(let path, let reason):
      Problem(exitCode: .failure, lines: ["\(path): \(reason)"])
    case .tooLarge(let limit):
      Problem(exitCode: .failure, lines: ["the handler has more than \(limit) bytes"])
    }
  }
}
