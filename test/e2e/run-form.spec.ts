import { expect, oneFace, test } from './berth.ts'
import { inspect, mustDocker, removeContainers, runSleeper } from './docker-lab.ts'
import { testImage } from './one-machine.ts'
import { readShellWords } from './shell-words.ts'

test.describe('the run form', oneFace, () => {
  test.afterEach(({ docker }) => removeContainers(docker))

  test('runs what its fields say, and its command does the same when it is pasted', async ({
    window,
    docker,
  }) => {
    const { containers, runForm } = window
    await runForm.open()
    await runForm.fill({
      ...{ image: testImage, name: 'formed', command: `sh -c 'echo "$GREETING"; sleep 900'` },
      ...{ hostPort: 18081, containerPort: 80 },
    })
    await runForm.addEnv('GREETING', `it's "hello" $HOME`)
    await runForm.setOption('host name', 'hostname', 'inside')
    const line = (await runForm.equivalent.textContent()) ?? ''
    await runForm.send()
    await expect(runForm.form).toHaveCount(0)
    await expect(containers.row('formed')).toContainText('Running')

    const formed = await inspect(docker, 'formed')
    expect(formed.Config.Cmd).toEqual(['sh', '-c', 'echo "$GREETING"; sleep 900'])
    expect(formed.Config.Env).toContain(`GREETING=it's "hello" $HOME`)
    expect(formed.Config.Hostname).toBe('inside')
    expect(formed.HostConfig.PortBindings['80/tcp']?.[0]?.HostPort).toBe('18081')

    await mustDocker(docker, 'rm', '-f', 'formed')
    const [program, ...words] = await readShellWords(line)
    expect(program).toBe('docker')
    await mustDocker(docker, ...words)
    const pasted = await inspect(docker, 'formed')
    expect(pasted.Config).toMatchObject({ ...formed.Config, Hostname: 'inside' })
    expect(pasted.HostConfig.PortBindings).toEqual(formed.HostConfig.PortBindings)
  })

  test('takes over a docker run line', async ({ window, docker }) => {
    const { containers, runForm } = window
    await runForm.open()
    await runForm.paste(
      `$ sudo docker run -d --name pasted -e GREETING='hello world' -p 127.0.0.1:18082:80 \\
        --memory 64m --restart unless-stopped -l tier=odd ${testImage} sleep 900`,
    )
    await expect(runForm.pasted).toBeVisible()
    await runForm.send()
    await expect(runForm.form).toHaveCount(0)
    await expect(containers.row('pasted')).toContainText('Running')
    const { Config, HostConfig } = await inspect(docker, 'pasted')
    expect(Config.Cmd).toEqual(['sleep', '900'])
    expect(Config.Env).toContain('GREETING=hello world')
    expect(Config.Labels['tier']).toBe('odd')
    expect(HostConfig).toMatchObject({
      Memory: 64 * 1024 * 1024,
      RestartPolicy: { Name: 'unless-stopped' },
      PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '18082' }] },
    })
  })

  test('says at its field what the engine refuses, and takes the mended form', async ({
    window,
    docker,
  }) => {
    const { containers, runForm } = window
    await runSleeper(docker, 'taken', '-p', '18083:80')
    const ports = { hostPort: 18083, containerPort: 80 }
    await runForm.run({ image: testImage, name: 'taken', command: 'sleep 900', ...ports })
    const name = runForm.field('name')
    await expect(name).toContainText('There is already a container named taken.')
    await runForm.fillName('mended')
    await expect(name).not.toContainText('already')
    await runForm.send()
    await expect(runForm.field('ports')).toContainText(
      'Port 18083 is already in use; Berth gives a port to one container',
    )
    await runForm.fillHostPort(18084)
    await runForm.send()
    await expect(runForm.form).toHaveCount(0)
    await expect(containers.row('mended')).toContainText('Running')
    expect(await mustDocker(docker, 'ps', '-aq', '--filter', 'status=created')).toBe('')
  })
})
