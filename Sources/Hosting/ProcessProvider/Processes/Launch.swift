import CSpawn
import Encodings
import Files
import Glibc
import SystemPackage

/// A program as it is to be started: what it is given, and how little it may do.
struct Launch {
  /// What the kernel lets it reach besides what it has open (Landlock).
  struct Confinement {
    /// To read and execute: absolute, or from ``Launch/folder``.
    var readable: [String]
    /// To write.
    var writable: [String]
    /// The one port it may listen on.
    var port: UInt16
  }

  /// Bounds that the kernel keeps.
  struct Limits {
    var addressSpace: UInt64?
    var openFiles: UInt64?
    var processes: UInt64?
    var fileSize: UInt64?
  }

  /// As seen from ``folder``.
  var program: String
  /// Its own name first.
  var arguments: [String]
  /// All of it: nothing of ours is passed on.
  var environment: [ByteName: String] = [:]
  /// Its working directory.
  var folder: String
  /// nil for the user that we are.
  var user: UInt32?
  var confinement: Confinement?
  var limits = Limits()
  /// Files that get its process id before it runs.
  var groups: [Int32] = []

  /// A program that could not be started.
  struct Failure: Error {
    /// In words.
    var reason: String
  }

  /// Runs what reads or makes files.
  static func failing<Value: ~Copyable>(
    _ body: () throws(FileError) -> Value
  ) throws(Failure) -> Value {
    do throws(FileError) { return try body() } catch { throw Failure(reason: "\(error)") }
  }

  /// Starts it.
  ///
  /// - Parameters:
  ///   - output: gets what it prints; nil for nobody.
  ///   - detached: whether it is nobody's child.
  /// - Returns: its process id; 0 for one that is detached.
  func start(output: Int32?, detached: Bool = false) throws(Failure) -> pid_t {
    let place = try Self.failing { () throws(FileError) in
      try LinuxFileSystem().openFolder(folder)
    }
    var call: UnsafePointer<CChar>?
    let process = withPlan(place.descriptor, output, detached) { plan in
      withUnsafePointer(to: plan) { cspawn_start($0, &call) }
    }
    guard process >= 0 else {
      let reason = String(cString: strerror(errno))
      let step = call.map { String(cString: $0) } ?? "start"
      throw Failure(reason: "\(program) cannot be started: \(step): \(reason)")
    }
    return process
  }

  private func withPlan<Value>(
    _ place: Int32, _ output: Int32?, _ detached: Bool, _ body: (cspawn_plan) -> Value
  ) -> Value {
    let settings = environment.map { "\($0.key.text)=\($0.value)" }
    return CStrings.with([program]) { program in
      CStrings.with(arguments) { arguments in
        CStrings.with(settings) { settings in
          CStrings.with(confinement?.readable ?? []) { readable in
            CStrings.with(confinement?.writable ?? []) { writable in
              var plan = cspawn_plan()
              plan.program = UnsafePointer(program[0])
              plan.arguments = UnsafePointer(arguments)
              plan.environment = UnsafePointer(settings)
              plan.directory = place
              plan.input = -1
              plan.output = output ?? -1
              plan.user = user.map { Int64($0) } ?? -1
              plan.confined = confinement == nil ? 0 : 1
              plan.readable = CStrings.constant(readable)
              plan.writable = CStrings.constant(writable)
              plan.port = confinement?.port ?? 0
              plan.limits = cspawn_limits(
                address_space: limits.addressSpace ?? .max, open_files: limits.openFiles ?? .max,
                processes: limits.processes ?? .max, file_size: limits.fileSize ?? .max)
              plan.members = (groups.first ?? -1, groups.dropFirst().first ?? -1)
              plan.detached = detached ? 1 : 0
              return body(plan)
            }
          }
        }
      }
    }
  }
}

/// Lists of texts as C has them.
private enum CStrings {
  typealias List = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

  /// Hands over a list that ends with a null pointer.
  static func with<Value>(_ texts: [String], _ body: (List) -> Value) -> Value {
    var pointers = texts.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeMutableBufferPointer { buffer in
      // There is a last one, so there is a first.
      guard let start = buffer.baseAddress else { preconditionFailure("never empty") }
      return body(start)
    }
  }

  /// The same list of texts that nobody changes.
  static func constant(_ list: List) -> UnsafePointer<UnsafePointer<CChar>?> {
    UnsafeRawPointer(list).assumingMemoryBound(to: UnsafePointer<CChar>?.self)
  }
}
