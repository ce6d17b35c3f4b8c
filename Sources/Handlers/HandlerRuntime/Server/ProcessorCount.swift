import CSys
import NIOCore

/// How many processors there are for this process.
enum ProcessorCount {
  /// At least 1: what the machine and its control group give, less those that the process may not use
  /// (`taskset`, `sched_setaffinity(2)`). Two event loops that share a processor make each other's
  /// connections wait for a whole turn of the scheduler.
  static var usable: Int {
    let allowed = Int(csys_allowed_processors())
    return allowed > 0 ? min(System.coreCount, allowed) : System.coreCount
  }
}
