import CSpawn
import ContentStore
import Files
import Glibc
import OCIImage

/// Has the runtime that is packed compile the handler that is packed, so that whatever is deployed
/// starts.
///
/// The runtime is a child that is asked to `compile`: it gets the app layer and nothing else, no env
/// value, no socket; it may read files and write none, where the kernel can see to that.
struct RuntimeTrial {
  /// The runtime.
  let runtime: RuntimeFile
  /// How long it may take.
  var seconds = 60

  /// As much as a runtime may print.
  private static let outputLimit = 64 << 10

  /// Compiles a handler.
  ///
  /// - Returns: why it could not be tried here; nil where it was, and would start.
  /// - Throws: `doesNotStart`.
  func run(_ app: AppLayer) throws(DeploymentError) -> DeployEvent? {
    let output = try memory("its output")
    let input = try memory("the handler")
    do throws(FileError) { try input.write(app.tar) } catch {
      throw failure(.notRun(call: "write", errno: (error.errno ?? .ioError).rawValue))
    }
    var failed: UnsafePointer<CChar>?
    let process = start(reading: input.descriptor, writing: output.descriptor, &failed)
    guard process > 0 else {
      let code = errno
      if code == EAGAIN { return .untried(.noProcess) }
      if code == ENOEXEC, runtime.platform != .thisMachine {
        return .untried(.otherMachine(runtime.platform))
      }
      throw failure(.notRun(call: failed.map { String(cString: $0) } ?? "fork", errno: code))
    }
    let ending = ending(of: process)
    guard ending != .exit(0) else { return nil }
    throw failure(ending, said: (try? output.contents(limit: Self.outputLimit)) ?? [])
  }

  private func failure(
    _ ending: DeploymentError.TrialEnding, said bytes: [UInt8] = []
  ) -> DeploymentError {
    let lines = bytes.split(separator: UInt8(ascii: "\n")).map { line in
      String(decoding: line, as: UTF8.self)
    }
    return .doesNotStart(runtime: runtime.path, ending, lines)
  }

  private func memory(_ what: String) throws(DeploymentError) -> OpenFile {
    let descriptor = cspawn_memory_file()
    guard descriptor >= 0 else { throw failure(.notRun(call: "memfd_create", errno: errno)) }
    return OpenFile(descriptor, path: what, fileSystem: LinuxFileSystem())
  }

  private func start(
    reading input: Int32, writing output: Int32, _ failed: inout UnsafePointer<CChar>?
  ) -> pid_t {
    let words: [UnsafeMutablePointer<CChar>?] = [
      strdup("zigttp-runtime"), strdup("compile"), strdup("-"), nil,
    ]
    let root = strdup("/")
    let here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    defer {
      for word in words { free(word) }
      free(root)
      if here >= 0 { close(here) }
    }
    return runtime.path.withCString { program in
      words.withUnsafeBufferPointer { arguments in
        [UnsafeMutablePointer<CChar>?.none].withUnsafeBufferPointer { none in
          [root.map { UnsafePointer($0) }, nil].withUnsafeBufferPointer { readable in
            var plan = cspawn_plan()
            plan.program = program
            plan.arguments = arguments.baseAddress
            plan.environment = none.baseAddress
            plan.directory = here
            plan.input = input
            plan.output = output
            plan.user = -1
            plan.confined = 1
            plan.readable = readable.baseAddress
            plan.members = (-1, -1)
            plan.limits = cspawn_limits(
              address_space: .max, open_files: .max, processes: .max,
              file_size: UInt64(Self.outputLimit))
            return cspawn_start(&plan, &failed)
          }
        }
      }
    }
  }

  private func ending(of process: pid_t) -> DeploymentError.TrialEnding {
    var status: Int32 = 0
    var found = cspawn_wait(process, Int32(seconds * 1000), &status)
    if found == 0 {
      kill(process, SIGKILL)
      found = cspawn_wait(process, 1000, &status)
      return .timedOut(seconds: seconds)
    }
    guard found > 0 else { return .notRun(call: "waitpid", errno: errno) }
    return status & 0x7f == 0 ? .exit((status >> 8) & 0xff) : .signal(status & 0x7f)
  }
}

extension Descriptor.Platform {
  /// What this program runs on.
  fileprivate static var thisMachine: Self {
    #if arch(arm64)
      Self(architecture: "arm64")
    #else
      Self(architecture: "amd64")
    #endif
  }
}

extension ProvenHandler {
  /// Tries it with a runtime.
  ///
  /// - Returns: why it could not be tried; nil where it was, and would start.
  /// - Throws: `doesNotStart`, and what keeps the app layer from being made.
  func tryOut(with runtime: RuntimeParts, sourceDate: UInt64) throws -> DeployEvent? {
    let app = try AppLayer(
      sources: files, contract: proof.contract.canonicalBytes, modified: sourceDate)
    return try RuntimeTrial(runtime: runtime.program).run(app)
  }
}
