import PosixIO

/// The files of this machine.
struct LocalConnectionFiles: ConnectionFiles {
    /// Far above any list of passwords or services.
    private static let sizeLimit = 16 * 1024 * 1024

    func file(_ path: String) -> ConnectionFile {
        do throws(SyscallError) {
            let status = try FileStatus(of: path)
            // A pipe or a device would be waited for.
            guard status.isRegular else { return .contents([], isPrivate: false) }
            let contents = try SmallFile.contents(of: path, limit: Self.sizeLimit)
            return .contents(contents, isPrivate: status.isOwnerOnly)
        } catch {
            return error.isAbsence ? .absent : .unreadable(reason: error.reason)
        }
    }

    func exists(_ path: String) -> Bool {
        do throws(SyscallError) {
            _ = try FileStatus(of: path)
            return true
        } catch {
            return !error.isAbsence
        }
    }
}

extension ConnectionSurroundings {
    /// Those of this process.
    package static var ofThisProcess: ConnectionSurroundings {
        let names = ConnectionKeyword.allCases.compactMap(\.environmentVariable)
        var variables: [String: String] = [:]
        for name in names + ["PGREQUIRESSL", "PGSERVICEFILE", "PGSYSCONFDIR"] {
            variables[name] = ProcessEnvironment.variable(name)
        }
        return ConnectionSurroundings(
            variables: variables,
            homeDirectory: ProcessEnvironment.homeDirectory,
            files: LocalConnectionFiles()
        )
    }
}
