import CSys
import Glibc

/// What a process keeps that looks at what strangers wrote: memory, time, and the streams it was
/// given.
struct Confinement: Sendable, Hashable {
  /// Seconds of computing.
  var cpuSeconds: UInt64 = 30
  /// Seconds, whatever it does.
  var seconds: UInt32 = 60
  /// Bytes of address space, the program itself included.
  var addressSpace: UInt64 = 2 << 30

  /// The usual limits.
  init() {}

  /// From the words of ``arguments``; nil for anything else.
  init?(_ words: some Collection<String>) {
    let numbers = words.compactMap { UInt64($0) }
    guard numbers.count == 3, words.count == 3, let seconds = UInt32(exactly: numbers[1]) else {
      return nil
    }
    (cpuSeconds, self.seconds, addressSpace) = (numbers[0], seconds, numbers[2])
  }

  /// As they are handed over.
  var arguments: [String] { ["\(cpuSeconds)", "\(seconds)", "\(addressSpace)"] }

  /// Somebody who has nothing.
  private static let nobody: UInt32 = 65534

  struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ call: String) { description = "\(call): \(String(cString: strerror(errno)))" }
  }

  /// Confines the process, for good.
  ///
  /// - Throws: what the kernel refuses; the process must not go on then.
  func enter() throws(Failure) {
    guard csys_close_from(3) == 0 else { throw Failure("close_range") }
    for (resource, most) in limits {
      var limit = rlimit(rlim_cur: rlim_t(most), rlim_max: rlim_t(most))
      guard setrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 else {
        throw Failure("setrlimit")
      }
    }
    _ = alarm(seconds)
    if geteuid() == 0, csys_become(Self.nobody) != 0 { throw Failure("setuid") }
    guard csys_confine_to_memory() == 0 else { throw Failure("seccomp") }
  }

  private var limits: [(__rlimit_resource, UInt64)] {
    [
      (RLIMIT_CPU, cpuSeconds), (RLIMIT_AS, addressSpace), (RLIMIT_FSIZE, 0), (RLIMIT_NOFILE, 3),
      (RLIMIT_CORE, 0),
    ]
  }
}
