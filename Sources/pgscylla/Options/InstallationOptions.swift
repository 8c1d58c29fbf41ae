import ArgumentParser
import DockerEngine
import Migration

/// Where the extension scylla_fdw comes from when it is installed in PostgreSQL's container.
struct InstallationOptions: ParsableArguments {
    @Option(
        name: .customLong("fdw-revision"),
        help: ArgumentHelp(
            "Commit, tag or branch of GeoffMontee/scylla_fdw (default: a pinned one).",
            valueName: "revision"
        )
    )
    var revision: String?

    @Option(
        name: .customLong("driver-revision"),
        help: ArgumentHelp("Commit, tag or branch of scylladb/cpp-rs-driver (default: 1.1.1).", valueName: "revision")
    )
    var driverRevision: String?

    @Option(
        name: .customLong("from-archive"),
        help: ArgumentHelp(
            "Take sources, or a build, from this .tar.gz with the folders scylla_fdw and cpp-rs-driver.",
            valueName: "file"
        )
    )
    var archive: String?

    @Option(
        name: .customLong("prebuilt"),
        help: ArgumentHelp(
            "Install scylla_fdw.so, scylla_fdw.control and scylla_fdw--*.sql from this folder, and build nothing.",
            valueName: "folder"
        )
    )
    var prebuilt: String?

    @Option(
        name: [.customLong("fdw-log-file"), .customLong("log-file")],
        help: ArgumentHelp("Takes the whole output of the build.", valueName: "file")
    )
    var logPath = "pgscylla-fdw.log"

    /// The installation that is asked for.
    ///
    /// - Parameter container: PostgreSQL's container.
    /// - Returns: what to run.
    /// - Throws: `InvalidOption`.
    func checked(container: String) throws -> FDWInstallation {
        try InvalidOption.require("--postgres-docker-container", notEmpty: container)
        return FDWInstallation(container: container, origin: try origin, logPath: prebuilt == nil ? logPath : nil)
    }

    private var origin: ForeignDataWrapperInstallation.Origin {
        get throws {
            if archive != nil, prebuilt != nil {
                throw InvalidOption("--prebuilt", "and --from-archive exclude each other")
            }
            for (option, value) in [("--fdw-revision", revision), ("--driver-revision", driverRevision)] {
                guard let value else { continue }
                // git would take it for an option.
                if value.isEmpty || value.hasPrefix("-") { throw InvalidOption(option, "cannot be \"\(value)\"") }
                if archive ?? prebuilt != nil {
                    throw InvalidOption(option, "has no meaning beside an archive or a build")
                }
            }
            if let archive { return .archive(path: archive) }
            if let prebuilt { return .prebuilt(folder: prebuilt) }
            return .repositories(
                revision: revision ?? ForeignDataWrapperBuild.pinnedRevision,
                driverRevision: driverRevision ?? ForeignDataWrapperBuild.pinnedDriverRevision
            )
        }
    }
}
