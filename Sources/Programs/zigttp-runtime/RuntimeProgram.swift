import CRuntimeStart
import Files
import Glibc

/// Exit codes of a self-contained binary.
enum ExitCode: Int32 {
  case success = 0
  case failure = 1
  /// The packed handler is not what was packed.
  case integrity = 7
  case usage = 64
  /// A required env name is missing.
  case configuration = 78
}

/// Of this release; the same as the command line's.
enum RuntimeVersion {
  static let current = "0.1.0"
}

/// The program: one command from its arguments.
enum RuntimeProgram {
  static func run(_ given: [FileName]) -> ExitCode {
    if let bad = given.first(where: { $0.text == nil }) {
      Console.error("the argument '\(bad.shown)' is not UTF-8; rename what it stands for")
      return .usage
    }
    let arguments = given.compactMap(\.text)
    let command: Command
    do throws(UsageError) {
      command = try Command(arguments)
    } catch {
      Console.error(error.message)
      Console.note("try: zigttp-runtime help")
      return .usage
    }
    switch command {
    case .help:
      Console.answer(Usage.text)
      return .success
    case .version:
      Console.answer("zigttp-runtime \(RuntimeVersion.current)\n")
      return .success
    case .attest(let folder): return AttestCommand.run(folder)
    case .compile(let place): return CompileCommand.run(place)
    case .serve(let options): return ServeCommand.run(options)
    }
  }

  /// This program's own file.
  static let executable = "/proc/self/exe"
}
