@"%~dp0..\node.exe" "%~dp0..\berth.mjs" %*
