@"%~dp0..\node.exe" "%~dp0..\docker-credential-berth.mjs" %*
