import Archive
import ContentStore
import Digests
import Files
import Glibc
import OCIImage
import SystemPackage

/// An image whose files lie ready to be run.
struct UnpackedImage: Sendable, Hashable {
  /// The name of its folder.
  var folder: String
  /// What its runtime will say of itself.
  var appDigest: Digest
}

/// The folder that images are unpacked to: one for each manifest, whose files are further names of
/// those of its layers, so that all services share one runtime on the disk and in memory.
struct ImageFolder: Sendable {
  private let folder: SupervisorFolder
  private let files = LinuxFileSystem()
  private let source: any BlobSource

  /// - Parameter source: where images come from; what comes is hashed.
  init(_ folder: SupervisorFolder, from source: any BlobSource) {
    self.folder = folder
    self.source = source
  }

  /// Makes sure that an image's files are there.
  ///
  /// - Throws: for anything but the image of a handler for this machine, each of whose bytes is what its
  ///   digest says.
  func unpack(_ image: Digest) throws(ImageFailure) -> UnpackedImage {
    let manifest = try manifest(image)
    let config = try config(of: manifest)
    guard manifest.layers.count == 2, config.diffIDs.count == 2 else {
      throw ImageFailure("expected a runtime and an app layer, found \(manifest.layers.count)")
    }
    guard config.entrypoint == ImageConfig.handlerEntrypoint else {
      throw ImageFailure("its entrypoint is not a handler's: \(config.entrypoint)")
    }
    let app = try appDigest(manifest.layers[1])
    let target = "\(folder.images)/\(image.hex)"
    if try ImageFailure.inFiles({ () throws(FileError) in try files.isFolder(target) }) {
      // Whoever looks for what is not used sees that it is about to be.
      utimensat(AT_FDCWD, target, nil, 0)
      return UnpackedImage(folder: image.hex, appDigest: app)
    }
    var layers: [String] = []
    for (layer, diffID) in zip(manifest.layers, config.diffIDs) {
      layers.append(try unpack(layer, diffID))
    }
    try fill(target) { (fresh) throws(ImageFailure) in
      for layer in layers { try link(layer, to: fresh) }
    }
    return UnpackedImage(folder: image.hex, appDigest: app)
  }

  private func manifest(_ image: Digest) throws(ImageFailure) -> Manifest {
    let manifest = try ImageFailure.inSource { () throws(StoreError) in
      let bytes = try source.read(
        image, mediaType: MediaType.manifest, limit: Manifest.limit)
      return try Manifest(bytes)
    }
    guard manifest.artifactType == nil, manifest.config.mediaType == MediaType.config else {
      throw ImageFailure("\(image) is no image")
    }
    return manifest
  }

  private func config(of manifest: Manifest) throws(ImageFailure) -> ImageConfig {
    let bytes = try ImageFailure.inSource { () throws(StoreError) in
      try source.read(
        manifest.config.digest, mediaType: manifest.config.mediaType, limit: ImageConfig.limit)
    }
    let config: ImageConfig
    do throws(ImageError) { config = try ImageConfig(bytes) } catch { throw ImageFailure(error) }
    var machine = utsname()
    uname(&machine)
    let name = withUnsafeBytes(of: machine.machine) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    let ours = ["x86_64": "amd64", "aarch64": "arm64"][name] ?? name
    guard config.platform.os == "linux", config.platform.architecture == ours else {
      throw ImageFailure(
        "it is for \(config.platform.os)/\(config.platform.architecture), expected linux/\(ours)")
    }
    return config
  }

  private func appDigest(_ layer: Descriptor) throws(ImageFailure) -> Digest {
    let tar = try ImageFailure.inSource { () throws(StoreError) in
      try source.read(layer.digest, mediaType: layer.mediaType, limit: AppContents.limit)
    }
    do throws(ImageError) { return try AppContents(MemorySource(tar)).appDigest } catch {
      throw ImageFailure(error)
    }
  }

  private func unpack(_ layer: Descriptor, _ diffID: Digest) throws(ImageFailure) -> String {
    let folders = "\(folder.images)/layers"
    try ImageFailure.inFiles { () throws(FileError) in
      try files.ensureDirectory(folders, permissions: 0o700)
    }
    let target = "\(folders)/\(diffID.hex)"
    if try ImageFailure.inFiles({ () throws(FileError) in try files.isFolder(target) }) {
      return target
    }
    try fill(target) { (fresh) throws(ImageFailure) in
      try LayerUnpacker.unpack(layer, diffID: diffID, from: source, to: fresh)
    }
    return target
  }

  // A folder is there as a whole or not at all.
  private func fill(
    _ target: String, _ body: (String) throws(ImageFailure) -> Void
  ) throws(ImageFailure) {
    let fresh = try ImageFailure.inFiles { () throws(FileError) in
      let fresh = "\(folder.images)/.\(try RandomName.make())"
      try files.ensureDirectory(fresh, permissions: 0o755)
      return fresh
    }
    do throws(ImageFailure) {
      chmod(fresh, 0o755)
      try body(fresh)
      try ImageFailure.inFiles { () throws(FileError) in
        try files.openFolder(fresh).synchronizeAll()
      }
      // Somebody else may have been quicker: its folder is as good.
      if rename(fresh, target) != 0 { try FolderRemoval.remove(fresh) }
    } catch {
      try? FolderRemoval.remove(fresh)
      throw error
    }
    guard try ImageFailure.inFiles({ () throws(FileError) in try files.isFolder(target) }) else {
      throw ImageFailure("\(target) cannot be made: \(String(cString: strerror(errno)))")
    }
  }

  private func link(_ layer: String, to target: String) throws(ImageFailure) {
    for name in try names(in: layer) {
      let (from, to) = ("\(layer)/\(name)", "\(target)/\(name)")
      let isFolder = try ImageFailure.inFiles { () throws(FileError) in
        try files.infoIfAny(from)?.kind == .directory
      }
      if isFolder {
        try ImageFailure.inFiles { () throws(FileError) in
          try files.ensureDirectory(to, permissions: 0o755)
        }
        chmod(to, 0o755)
        try link(from, to: to)
      } else if Glibc.link(from, to) != 0 {
        guard errno != EEXIST else { throw ImageFailure("\(name) is in both layers") }
        try copy(from, to)
      }
    }
  }

  // Where the file system gives a file one name only.
  private func copy(_ from: String, _ to: String) throws(ImageFailure) {
    try ImageFailure.inFiles { () throws(FileError) in
      let source = try files.openFile(from)
      let info = try source.info()
      try AtomicFile(fileSystem: files, temporary: folder.images).replace(
        to,
        with: [.file(descriptor: source.descriptor, offset: 0, length: info.size)],
        permissions: info.permissions)
      chmod(to, mode_t(info.permissions))
    }
  }

  private func names(in folder: String) throws(ImageFailure) -> [String] {
    try ImageFailure.inFiles { () throws(FileError) in try files.namesIfAny(in: folder) }
  }
}
