__thread int replaced = 70;
