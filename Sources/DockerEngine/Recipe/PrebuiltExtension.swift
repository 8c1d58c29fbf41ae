import PosixIO

/// What a build of scylla_fdw has made, in a folder of this machine.
struct PrebuiltExtension: Sendable {
    let folder: String

    /// A file and where it goes.
    private struct Delivery {
        let name: String
        let directory: String
        let mode: UInt32
    }

    /// Copies the files straight into the server's directories, as `pg_config` names them.
    ///
    /// - Throws: `PairError` (unusable) when files are missing, here or where the library is loaded.
    func install(
        in container: String,
        _ installation: ForeignDataWrapperInstallation
    ) async throws(PairError) {
        let names = try entries()
        let libraries = try await installation.answer(["pg_config", "--pkglibdir"])
        let extensions = try await installation.answer(["pg_config", "--sharedir"]) + "/extension"
        let deliveries = names.compactMap { name -> Delivery? in
            if name == "scylla_fdw.so" { return Delivery(name: name, directory: libraries, mode: 0o755) }
            if name.hasPrefix("libscylla"), name.contains(".so") {
                return Delivery(name: name, directory: "/usr/local/lib", mode: 0o755)
            }
            guard name == "scylla_fdw.control" || name.hasPrefix("scylla_fdw--") && name.hasSuffix(".sql") else {
                return nil
            }
            return Delivery(name: name, directory: extensions, mode: 0o644)
        }
        try await installation.put(archive(deliveries))
        for delivery in deliveries { installation.noted("\(container):\(delivery.directory)/\(delivery.name)") }
        if deliveries.contains(where: { $0.directory == "/usr/local/lib" }) {
            _ = try await installation.answer(["ldconfig"], orFailWith: "ldconfig failed in \(container)")
        }
        try await checkLibrary("\(libraries)/scylla_fdw.so", in: container, installation)
    }

    private func entries() throws(PairError) -> [String] {
        let names: [String]
        do throws(SyscallError) {
            names = try Directory.entries(of: folder)
        } catch {
            throw PairError(.file, "\(folder) cannot be read: \(error.reason)")
        }
        let isComplete =
            names.contains("scylla_fdw.so") && names.contains("scylla_fdw.control")
            && names.contains { $0.hasPrefix("scylla_fdw--") && $0.hasSuffix(".sql") }
        guard isComplete else {
            throw PairError(
                .unusable,
                "\(folder) does not hold scylla_fdw.so, scylla_fdw.control and scylla_fdw--*.sql",
                remedy: "copy them there from the machine where they were built"
            )
        }
        return names
    }

    private func archive(_ deliveries: [Delivery]) throws(PairError) -> [UInt8] {
        let gzip = GzipWriter()
        do throws(SyscallError) {
            var archive: [UInt8] = []
            for delivery in deliveries {
                let file = try InputFile(path: "\(folder)/\(delivery.name)")
                var content: [UInt8] = []
                while let piece = try file.read() { content += piece }
                let path = String("\(delivery.directory)/\(delivery.name)".drop { $0 == "/" })
                let entry = TarEntry(path: path, byteCount: content.count, mode: delivery.mode)
                let block = TarWriter.header(of: entry) + content + TarWriter.padding(behind: content.count)
                archive += try gzip.append(block)
            }
            return archive + (try gzip.append(TarWriter.end)) + (try gzip.finish())
        } catch {
            throw PairError(.file, "a file in \(folder) cannot be read: \(error.reason)")
        }
    }

    /// A library that lacks another is found out here rather than by the server.
    private func checkLibrary(
        _ path: String,
        in container: String,
        _ installation: ForeignDataWrapperInstallation
    ) async throws(PairError) {
        let (status, lines) = try await installation.run(["ldd", path])
        // An image need not have ldd; what it says is all that counts.
        let missing = status == 0 ? lines.filter { $0.contains("not found") } : []
        guard missing.isEmpty else {
            throw PairError(
                .unusable,
                "\(path) in \(container) needs libraries that are not there",
                remedy: "put the driver's libscylla*.so* beside it, and install the others",
                lastLines: missing
            )
        }
    }
}
