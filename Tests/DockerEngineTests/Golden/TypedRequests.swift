import DockerEngine
import WireKit

/// Recorded requests, and the calls of the client that make them.
func typedRequests() throws -> [(String, EngineRequest)] {
    try systemRequests() + containerRequests() + execRequests()
}

private func systemRequests() throws -> [(String, EngineRequest)] {
    var events = EngineFilters()
    events.add("container", "p11")
    events.add("event", "kill")
    events.add("event", "die")
    let labelled = EngineFilters(labels: ["suite=rec"])
    let credentials = RegistryCredentials(
        .password(user: "testuser", Credential("testpw")),
        serverAddress: "127.0.0.1:5001"
    )
    return [
        ("001-ping-get", .ping), ("003-version", .version),
        ("010-network-inspect", .inspectNetwork("ddnet")), ("011-network-list-filter-label", .listNetworks(labelled)),
        ("014-image-inspect", .inspectImage("busybox:test")),
        ("017-image-pull-two-layers", .pullImage(ImageReference("127.0.0.1:5000/tiny/two:1"), credentials: nil)),
        ("021-err-400-image-pull-bad-reference", .pullImage(ImageReference("UPPER/Case:1"), credentials: nil)),
        ("301-image-pull-postgres-18-through-mirror", .pullImage(ImageReference("postgres:18"), credentials: nil)),
        ("032-volume-create", .createVolume("ddvol", labels: ["suite": "rec"])),
        ("033-volume-inspect", .inspectVolume("ddvol")), ("048-err-409-volume-delete-in-use", .removeVolume("ddvol")),
        ("008-network-create", .createNetwork("ddnet", driver: "bridge", labels: ["suite": "rec"])),
        ("140-network-delete", .removeNetwork("ddnet")),
        ("245-events-follow-two-events", .events(filters: events, until: 1_795_364_942)),
        (
            "208-image-pull-with-auth",
            withRecordedBlanks(.pullImage(ImageReference("127.0.0.1:5001/priv/bb:1"), credentials: credentials))
        ),
    ]
}

/// The recorded client wrote its credentials with blanks between the members: the same value in other base 64.
private func withRecordedBlanks(_ request: EngineRequest) -> EngineRequest {
    var request = request
    guard let header = request.headers["X-Registry-Auth"], let bytes = Base64.decode(header.utf8) else {
        return request
    }
    let text = String(decoding: bytes, as: UTF8.self).split(separator: ",").joined(separator: ", ")
        .split(separator: "\":\"").joined(separator: "\": \"")
    request.headers = ["X-Registry-Auth": Base64.encodeForURL(Array(text.utf8))]
    return request
}

private func containerRequests() throws -> [(String, EngineRequest)] {
    var logger = ContainerSpec(image: "busybox:test")
    logger.labels = ["suite": "rec"]
    logger.network = "ddnet"
    logger.command = [
        "sh", "-c",
        "i=0; while [ $i -lt 5 ]; do echo \"out $i\"; echo \"err $i\" >&2; i=$((i+1)); sleep 0.4; done; exit 9",
    ]
    var published = ContainerSpec(image: "busybox:test")
    published.command = ["sleep", "60"]
    published.stopTimeout = 1
    published.publishedPorts = [.init(containerPort: 80, hostAddress: "127.0.0.1", hostPort: 18090)]
    var ephemeral = published
    ephemeral.stopTimeout = 0
    ephemeral.publishedPorts[0].hostPort = 0
    let id = "698a6abf92509bc0d4d408fe5c9b0d32f03b61769d30ec3afd3271ddd6b890e1"
    return [
        ("029-err-404-container-create-no-image", .createContainer("x1", ContainerSpec(image: "nosuch:1"))),
        ("097-container-create-logger", .createContainer("ddlog", logger)),
        ("215-container-create-p2", .createContainer("p2", published)),
        ("222-container-create-p5-ephemeral", .createContainer("p5", ephemeral)),
        ("040-container-start", .startContainer(id)), ("038-container-inspect-created", .inspectContainer(id)),
        (
            "044-container-list-filters",
            .listContainers(EngineFilters(labels: ["suite=rec"]), includesStopped: true)
        ),
        ("132-container-stop", .stopContainer("ddpg", seconds: 10)),
        ("131-container-kill-SIGHUP", .killContainer("ddpg", signal: "HUP")),
        ("230-container-kill", .killContainer("p6")),
        ("137-container-delete-v-true", .removeContainer("ddpg", removesVolumes: true, isForced: false)),
        (
            "139-container-delete-logger-force",
            .removeContainer("ddlog2", removesVolumes: true, isForced: true)
        ),
        ("099-logs-follow", .containerLogs("ddlog", follows: true)),
        ("109-logs-tty-raw", .containerLogs("ddtty", follows: false)),
        ("100-container-wait-already-exited", .waitForContainer("ddlog")),
        ("113-container-wait-blocking", .waitForContainer("ddwait", condition: "not-running")),
    ]
}

private func execRequests() -> [(String, EngineRequest)] {
    var exec = ExecSpec(["sh", "-c", "echo out1; echo err1 >&2; sleep 0.3; printf \"out2 no newline\"; exit 3"])
    let plain = exec
    exec.environment = ["FOO=bar"]
    exec.workingDirectory = "/tmp"
    var user = ExecSpec(["id"])
    user.user = "postgres"
    var input = ExecSpec(["cat"])
    input.readsInput = true
    return [
        ("057-exec-create", .createExec("ddpg", exec)), ("062-exec-create-2", .createExec("ddpg", plain)),
        ("079-exec-create-user", .createExec("ddpg", user)),
        ("067-exec-create-stdin-noupgrade", .createExec("ddpg", input)),
        (
            "063-exec-start-upgrade-101",
            .startExec("2b30a5dbcc6fab561e3209e4c18a835b76e9baa95e521673ffbbff7ee76ad9b6")
        ),
        (
            "070-exec-start-upgrade-101-tty",
            .startExec("8e6401fdb83e47295a03872b6fae1580c30f335d0bc9cd651c5aa67857f57f1f", hasTerminal: true)
        ),
        (
            "060-exec-inspect-exit-3",
            .inspectExec("f056c39b02ed04d3f45fea29ecbe135fa513ba2fbb674ad2ae11b3b390a65a97")
        ),
    ]
}
