import Encodings
import JSONSchema

/// What one isolate has of its own beside its heap: the services it shares with the others, and the
/// route tables it has read.
///
/// It belongs to its isolate and is used by one thread at a time.
final class IsolateHost {
  let services: HostServices
  /// Route tables by the shape of the object they were read from: two objects of one shape have the
  /// same keys in the same order, and shapes are permanent.
  var routes: [ShapeID: LinkedRoutes] = [:]
  /// The schemas that module level has named.
  var schemas: [ByteName: Schema] = [:]
  /// Clean-ups that wait for the end of their scope or request.
  var cleanups = Cleanups()
  /// What is left of the steps that clean-ups have once those of the request are used up.
  var spareSteps = 0
  /// Where functions of the request run at the same time: who of them runs, what tells the one that
  /// does that it is cancelled, and how many there are.
  var baton: Baton?
  var cancellation: Cancellation?
  var concurrent = 0
  /// What the run under way has left behind, where it may have to be begun again.
  var provisional: ProvisionalRun?
  /// Whether a provisional run may take fewer steps than a request.
  var hasProvisionalSteps = false

  /// Whether a value of the environment was asked for.
  var hasAskedEnvironment = false

  init(services: HostServices) { self.services = services }
}

/// A route table with the names of its parameters as the isolate knows them.
struct LinkedRoutes {
  var table: RouteTable
  /// By entry, in the order of ``RouteTable/names``.
  var atoms: [[Atom]]
}

extension CallContext {
  /// The isolate's host.
  /// - Throws: a fault where an isolate was made without one.
  func isolateHost() throws(Fault) -> IsolateHost {
    guard let host = host as? IsolateHost else { throw Fault("the isolate has no host") }
    return host
  }

  /// The services behind the modules.
  func services() throws(Fault) -> HostServices { try isolateHost().services }
}
