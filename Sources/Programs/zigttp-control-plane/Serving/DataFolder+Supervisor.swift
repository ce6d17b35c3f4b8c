import ControlPlane
import ProcessProvider

extension DataFolder {
  /// Where the supervisor keeps what it runs.
  var supervisor: SupervisorFolder { SupervisorFolder(root + "/process") }
}
