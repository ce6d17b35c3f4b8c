/// The files of this folder that the programs need while they run.
public enum Schemas {
  /// `graph.sql`: tables and views of the artifact graph.
  public static let graph = String(decoding: PackageResources.graph_sql, as: UTF8.self)
}
